//! System packages: what is missing, why it is needed, and installing it after asking.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::project::{Project, must, which};

/// What a package is needed for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building and opening the window.
    Run,
    /// Browser and window tests, beside what running needs.
    Test,
    /// Making the .deb package, beside what running needs.
    Bundle,
}

struct Package {
    name: &'static str,
    why: &'static str,
    purpose: Purpose,
    /// Any of these programs on PATH will do instead of the package.
    programs: &'static [&'static str],
}

const fn run(name: &'static str, why: &'static str) -> Package {
    Package { name, why, purpose: Purpose::Run, programs: &[] }
}

const fn test(name: &'static str, why: &'static str, programs: &'static [&'static str]) -> Package {
    Package { name, why, purpose: Purpose::Test, programs }
}

const PACKAGES: &[Package] = &[
    run("build-essential", "the C compiler and linker"),
    run("pkg-config", "finds the libraries below"),
    run("libwebkit2gtk-4.1-dev", "the web view that shows the window"),
    run("libssl-dev", "TLS to the vendors"),
    run("libdbus-1-dev", "notifications and the tray"),
    run("librsvg2-dev", "icons"),
    run("libayatana-appindicator3-1", "the tray icon"),
    run("fonts-noto-cjk", "Korean text outside the window, such as in the title bar"),
    run("gnome-keyring", "a keyring for credentials, where the desktop brings none"),
    test("webkit2gtk-driver", "drives the real window", &["WebKitWebDriver"]),
    test("xvfb", "a screen without a monitor", &["Xvfb"]),
    test("openbox", "a window manager on that screen", &["openbox"]),
    test("dbus", "a session bus for the keyring", &["dbus-run-session"]),
    test("dbus-bin", "hears the notices that go to the desktop", &["dbus-monitor"]),
    test("libglib2.0-bin", "reads what stands beside the tray icon", &["gdbus"]),
    test("x11-utils", "looks whether the window manager is there", &["xprop"]),
    test("imagemagick", "takes pictures of the window", &["import"]),
    test("xdotool", "types and clicks as a person does", &["xdotool"]),
    test("python3-aiosmtpd", "a mail server for the tests of mail", &[]),
    test("postgresql", "a database for the tests of queries", &[]),
    test("mariadb-server", "another database for the tests of queries", &["mariadbd"]),
    test("openssl", "certificates for the tests of private connections", &["openssl"]),
    test("chromium", "the browser of the browser tests", &["chromium", "chromium-browser", "google-chrome"]),
    Package {
        name: "libayatana-appindicator3-dev",
        why: "the Tauri command line asks it for the tray library's name",
        purpose: Purpose::Bundle,
        programs: &[],
    },
    test("python3-venv", "fetches the spelling checker", &["typos"]),
];

/// What this purpose needs.
fn wanted(purpose: Purpose) -> impl Iterator<Item = &'static Package> {
    PACKAGES.iter().filter(move |package| package.purpose == Purpose::Run || package.purpose == purpose)
}

/// Makes sure the packages for this purpose are installed, asking first unless `yes` or on a CI machine.
pub(crate) fn ensure(project: &Project, purpose: Purpose, yes: bool) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return check_toolchain();
    }
    if which("dpkg-query").is_none() || !Path::new("/etc/debian_version").exists() {
        println!("This is not Debian or Ubuntu: system packages are not checked. Haetae needs what these Debian packages bring:");
        for package in wanted(purpose) {
            println!("  {:28} {}", package.name, package.why);
        }
        return Ok(());
    }
    let missing = missing(project, purpose)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("These system packages are missing:");
    for package in &missing {
        println!("  {:28} {}", package.name, package.why);
    }
    let names: Vec<&str> = missing.iter().map(|package| on_this_system(package.name)).collect();
    let is_root = runs_as_root();
    let apt: &[&str] = if is_root { &["env"] } else { &["sudo", "env"] };
    let command = format!("{}apt-get install -y {}", if is_root { "" } else { "sudo " }, names.join(" "));
    let is_ci = env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    let may_install = yes || is_ci || agreed(&command)?;
    if !may_install {
        bail!("install them yourself and start again:\n  {command}");
    }
    let apt_get = |arguments: &[&str]| {
        let mut process = project.command(apt[0]);
        process.args(&apt[1..]).args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
        must(&mut process)
    };
    apt_get(&["update", "-q"]).context("apt-get could not refresh its lists")?;
    let mut install = vec!["install", "-y", "-q", "--no-install-recommends"];
    install.extend(&names);
    apt_get(&install)
}

/// macOS and Windows bring their web view; what may be missing is the linker.
fn check_toolchain() -> Result<()> {
    if cfg!(target_os = "macos") && which("cc").is_none() {
        bail!("the C compiler and linker are missing: `xcode-select --install` installs Apple's command line tools");
    }
    if cfg!(windows)
        && which("cl").is_none()
        && env::var_os("ProgramFiles(x86)").is_none_or(|folder| !Path::new(&folder).join("Microsoft Visual Studio").exists())
    {
        bail!(
            "the C++ build tools are missing: install \"Desktop development with C++\" from https://visualstudio.microsoft.com/visual-cpp-build-tools/"
        );
    }
    Ok(())
}

fn missing(project: &Project, purpose: Purpose) -> Result<Vec<&'static Package>> {
    let wanted: Vec<&Package> = wanted(purpose).collect();
    let mut query = project.command("dpkg-query");
    query.args(["-W", "-f=${Package} ${db:Status-Status}\\n"]).args(wanted.iter().map(|package| on_this_system(package.name)));
    // dpkg-query fails when it does not know one of the packages, and still prints the others.
    let output = query.output().context("cannot start dpkg-query")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let installed = installed(&text);
    Ok(wanted
        .into_iter()
        .filter(|package| !installed.contains(on_this_system(package.name)))
        .filter(|package| !package.programs.iter().any(|program| which(program).is_some()))
        .collect())
}

fn installed(dpkg: &str) -> HashSet<&str> {
    dpkg.lines().filter_map(|line| line.strip_suffix(" installed")).collect()
}

/// Ubuntu names Chromium differently.
fn on_this_system(name: &'static str) -> &'static str {
    let is_ubuntu = || fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    if name == "chromium" && is_ubuntu() { "chromium-browser" } else { name }
}

fn runs_as_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // The owner of /proc/self is the user this process runs as.
        fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

fn agreed(command: &str) -> Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("Install them now with `{command}`? [Y/n] ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::installed;

    #[test]
    fn a_removed_package_is_not_installed() {
        let installed = installed("xvfb installed\nopenbox config-files\n");
        assert!(installed.contains("xvfb"));
        assert!(!installed.contains("openbox"));
    }
}
