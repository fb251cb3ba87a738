//! From Markdown and HTML that hold text from outside to HTML that a mail may carry, and from there to plain text.

use std::sync::LazyLock;

use ammonia::Builder;
use comrak::Options;

/// Images are left out: one that is fetched from outside tells its owner who read the mail, and from where.
static SAFE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder.rm_tags(["img", "map", "area"]).url_schemes(["http", "https", "mailto"].into());
    builder
});

/// Renders Markdown; HTML that stands in it is left out.
pub(crate) fn of_markdown(text: &str) -> String {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.cjk_friendly_emphasis = true;
    cleaned(&comrak::markdown_to_html(text, &options))
}

/// Returns HTML with the tags that can only show, without scripts, styles, forms, frames and images.
pub(crate) fn cleaned(html: &str) -> String {
    SAFE.clean(html).to_string()
}

/// Wraps a cleaned fragment into a whole page.
pub(crate) fn page(fragment: &str) -> String {
    format!("<!doctype html>\n<html><head><meta charset=\"utf-8\"></head><body>\n{fragment}\n</body></html>\n")
}

/// Returns what cleaned HTML says, as plain text: blocks on lines of their own, a link's address behind its text.
pub(crate) fn text_of(cleaned: &str) -> String {
    let mut text = String::with_capacity(cleaned.len());
    let mut links: Vec<String> = Vec::new();
    let mut rest = cleaned;
    while let Some(start) = rest.find('<') {
        text.push_str(&decoded(&rest[..start]));
        let Some(length) = rest[start..].find('>') else { break };
        let tag = &rest[start + 1..start + length];
        rest = &rest[start + length + 1..];
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_lowercase()).collect();
        match (name.as_str(), tag.starts_with('/')) {
            ("a", false) => links.push(attribute(tag, "href").unwrap_or_default()),
            ("a", true) => {
                if let Some(address) = links.pop().filter(|address| !address.is_empty() && !text.ends_with(address.as_str())) {
                    text.push_str(&format!(" ({address})"));
                }
            }
            ("li", false) => text.push_str("\n- "),
            ("td" | "th", true) => text.push('\t'),
            ("br" | "hr" | "tr" | "li" | "dt" | "dd", _) => text.push('\n'),
            ("p" | "div" | "ul" | "ol" | "table" | "pre" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl", _) => {
                text.push_str("\n\n");
            }
            _ => {}
        }
    }
    text.push_str(&decoded(rest));
    tidied(&text)
}

/// Returns the value of an attribute of a cleaned tag, where values stand in double quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split_once(&format!("{name}=\""))?.1;
    value.split_once('"').map(|(value, _)| decoded(value))
}

/// Cleaned HTML writes these five entities and no others.
fn decoded(text: &str) -> String {
    text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// At most one empty line between lines, none around them.
fn tidied(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_rendered_and_html_in_it_is_not() {
        let html =
            of_markdown("# 침해\n\n**45.83.64.1** 차단\n\n<script>alert(1)</script><b onclick=x>b</b>\n\n| a | b |\n|---|---|\n| 1 | 2 |");
        assert!(html.contains("<h1>침해</h1>") && html.contains("<strong>45.83.64.1</strong>") && html.contains("<td>1</td>"), "{html}");
        assert!(!html.contains("script") && !html.contains("onclick") && !html.contains("alert(1)"), "{html}");
    }

    #[test]
    fn hostile_html_loses_what_acts() {
        let html = cleaned(concat!(
            "<p onmouseover=x style='position:fixed'>hello</p><script>x</script><iframe src=//e></iframe><form action=//e><input></form>",
            "<img src=http://tracker.example/x.png><a href='javascript:x'>a</a><a href='https://ok.example'>b</a><svg onload=x>"
        ));
        for gone in ["onmouseover", "style", "script", "iframe", "form", "input", "img", "tracker", "javascript", "svg", "onload"] {
            assert!(!html.contains(gone), "{gone} in {html}");
        }
        assert!(html.contains("<p>hello</p>") && html.contains("https://ok.example"), "{html}");
    }

    #[test]
    fn the_text_says_what_the_page_says() {
        let page = cleaned(
            "<h1>Report</h1><p>One &amp; two<br>three &lt;x&gt;</p><ul><li>a</li><li>b</li></ul><p>See <a href='https://h.example/?a=1&amp;b'>here</a>.</p>",
        );
        assert_eq!(text_of(&page), "Report\n\nOne & two\nthree <x>\n\n- a\n\n- b\n\nSee here (https://h.example/?a=1&b).");
    }
}
