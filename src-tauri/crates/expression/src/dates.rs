//! Reading, printing and stepping dates: the letters of Java's SimpleDateFormat, zones and spans.

use chrono::{
    DateTime, Datelike, Days, FixedOffset, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, SubsecRound, TimeDelta,
    TimeZone, Timelike, Utc,
};
use chrono_tz::{OffsetName, Tz};

/// The units of a span, for messages.
pub(crate) const SPAN_UNITS: &str = "s, m, h, d, w, mon, y (30s, 1h, 3mon)";

/// The longest date format, in bytes.
const FORMAT_LENGTH: usize = 1000;

/// The language of month and weekday names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    English,
    Korean,
}

impl Locale {
    /// Returns the locale of a name such as `ko` or `ko_KR`; English for all that are not Korean.
    pub(crate) fn find(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        if name == "ko" || name.starts_with("ko_") || name.starts_with("ko-") { Locale::Korean } else { Locale::English }
    }

    fn months(self) -> &'static [[&'static str; 2]; 12] {
        match self {
            Locale::English => &[
                ["January", "Jan"],
                ["February", "Feb"],
                ["March", "Mar"],
                ["April", "Apr"],
                ["May", "May"],
                ["June", "Jun"],
                ["July", "Jul"],
                ["August", "Aug"],
                ["September", "Sep"],
                ["October", "Oct"],
                ["November", "Nov"],
                ["December", "Dec"],
            ],
            Locale::Korean => &[
                ["1월", "1월"],
                ["2월", "2월"],
                ["3월", "3월"],
                ["4월", "4월"],
                ["5월", "5월"],
                ["6월", "6월"],
                ["7월", "7월"],
                ["8월", "8월"],
                ["9월", "9월"],
                ["10월", "10월"],
                ["11월", "11월"],
                ["12월", "12월"],
            ],
        }
    }

    /// Monday first.
    fn weekdays(self) -> &'static [[&'static str; 2]; 7] {
        match self {
            Locale::English => &[
                ["Monday", "Mon"],
                ["Tuesday", "Tue"],
                ["Wednesday", "Wed"],
                ["Thursday", "Thu"],
                ["Friday", "Fri"],
                ["Saturday", "Sat"],
                ["Sunday", "Sun"],
            ],
            Locale::Korean => &[
                ["월요일", "월"],
                ["화요일", "화"],
                ["수요일", "수"],
                ["목요일", "목"],
                ["금요일", "금"],
                ["토요일", "토"],
                ["일요일", "일"],
            ],
        }
    }

    fn halves(self) -> &'static [[&'static str; 1]; 2] {
        match self {
            Locale::English => &[["AM"], ["PM"]],
            Locale::Korean => &[["오전"], ["오후"]],
        }
    }

    fn eras(self) -> &'static [[&'static str; 1]; 2] {
        match self {
            Locale::English => &[["BC"], ["AD"]],
            Locale::Korean => &[["기원전"], ["서기"]],
        }
    }
}

/// A time zone by name or a fixed offset.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Zone {
    Named(Tz),
    Fixed { offset: FixedOffset, name: String },
}

impl Zone {
    /// Returns the zone of `GMT+9`, `GMT-05:30`, a known abbreviation or an IANA name.
    pub(crate) fn find(text: &str) -> Option<Self> {
        let fixed = |seconds: i32, name: String| FixedOffset::east_opt(seconds).map(|offset| Zone::Fixed { offset, name });
        if let Some(rest) = text.strip_prefix("GMT")
            && rest.starts_with(['+', '-'])
        {
            let seconds = custom_offset(rest)?;
            let sign = if seconds < 0 { '-' } else { '+' };
            return fixed(seconds, format!("GMT{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60));
        }
        let hours = match text {
            "UTC" => Some(0),
            "KST" => Some(9),
            "CEST" => Some(2),
            "MSK" => Some(3),
            "EST" => Some(-5),
            "PST" => Some(-8),
            _ => None,
        };
        match hours {
            Some(hours) => fixed(hours * 3600, text.to_owned()),
            None => text.parse().ok().map(Zone::Named),
        }
    }

    pub(crate) fn local(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Zone::Named(zone) => instant.with_timezone(zone).naive_local(),
            Zone::Fixed { offset, .. } => instant.with_timezone(offset).naive_local(),
        }
    }

    /// Returns the seconds east of UTC.
    pub(crate) fn offset(&self, instant: DateTime<Utc>) -> i32 {
        match self {
            Zone::Named(zone) => zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc(),
            Zone::Fixed { offset, .. } => offset.local_minus_utc(),
        }
    }

    fn name(&self, instant: DateTime<Utc>) -> String {
        match self {
            Zone::Named(zone) => {
                let offset = zone.offset_from_utc_datetime(&instant.naive_utc());
                offset.abbreviation().map_or_else(|| zone.name().to_owned(), str::to_owned)
            }
            Zone::Fixed { name, .. } => name.clone(),
        }
    }

    /// Returns the instant of a local time: the first of two when clocks go back; in a gap, as if clocks had not gone forward.
    pub(crate) fn instant(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let seconds = match self {
            Zone::Fixed { offset, .. } => offset.local_minus_utc(),
            Zone::Named(zone) => match zone.offset_from_local_datetime(&local) {
                LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix().local_minus_utc(),
                LocalResult::None => zone.offset_from_utc_datetime(&local.checked_sub_days(Days::new(1))?).fix().local_minus_utc(),
            },
        };
        local.checked_sub_signed(TimeDelta::seconds(i64::from(seconds))).map(|utc| utc.and_utc())
    }
}

/// Reads sign and `h`, `hh`, `hmm`, `hhmm`, `h:mm` or `hh:mm`, as seconds.
fn custom_offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None if digits.len() <= 2 => (digits, "0"),
        None => digits.split_at_checked(digits.len() - 2)?,
    };
    let number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse::<i32>().ok()).flatten();
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

enum Item {
    /// A letter and how often it stands there.
    Letter(char, usize),
    Text(String),
}

impl Item {
    fn is_numeric(&self) -> bool {
        match self {
            Item::Letter('M', count) => *count <= 2,
            Item::Letter(letter, _) => "ywWDdFuHkKhmsS".contains(*letter),
            Item::Text(_) => false,
        }
    }
}

/// Splits a format into letters and texts; `None` for an unknown letter or an open quote.
fn items(format: &str) -> Option<Vec<Item>> {
    if format.len() > FORMAT_LENGTH {
        return None;
    }
    let mut items: Vec<Item> = Vec::new();
    let mut signs = format.chars().peekable();
    let mut text = String::new();
    while let Some(sign) = signs.next() {
        if sign == '\'' {
            if signs.next_if_eq(&'\'').is_some() {
                text.push('\'');
                continue;
            }
            loop {
                match signs.next()? {
                    '\'' if signs.next_if_eq(&'\'').is_some() => text.push('\''),
                    '\'' => break,
                    other => text.push(other),
                }
            }
        } else if sign.is_ascii_alphabetic() {
            if !"GyMwWDdFEuaHkKhmsSzZX".contains(sign) {
                return None;
            }
            let mut count = 1;
            while signs.next_if_eq(&sign).is_some() {
                count += 1;
            }
            if sign == 'X' && count > 3 {
                return None;
            }
            if !text.is_empty() {
                items.push(Item::Text(std::mem::take(&mut text)));
            }
            items.push(Item::Letter(sign, count));
        } else {
            text.push(sign);
        }
    }
    if !text.is_empty() {
        items.push(Item::Text(text));
    }
    Some(items)
}

/// Prints a date; `None` for a faulty format.
pub(crate) fn print(instant: DateTime<Utc>, format: &str, locale: Locale, zone: &Zone) -> Option<String> {
    let local = zone.local(instant);
    let offset = zone.offset(instant);
    let mut out = String::new();
    for item in items(format)? {
        let (letter, count) = match item {
            Item::Text(text) => {
                out.push_str(&text);
                continue;
            }
            Item::Letter(letter, count) => (letter, count),
        };
        let named = |names: &[[&'static str; 2]], index: u32| names[index as usize][usize::from(count < 4)].to_owned();
        let number = |number: i64| format!("{number:0count$}");
        let text = match letter {
            'G' => locale.eras()[usize::from(local.year() > 0)][0].to_owned(),
            'y' => {
                let year = if local.year() > 0 { local.year() } else { 1 - local.year() };
                if count == 2 { format!("{:02}", year % 100) } else { number(i64::from(year)) }
            }
            'M' if count >= 3 => named(locale.months(), local.month0()),
            'M' => number(i64::from(local.month())),
            'w' => number(week_of_year(local.date())),
            // Weeks start on Sunday, and the first week of a month may be short.
            'W' => number(i64::from((local.day() + 12 - local.weekday().num_days_from_sunday()) / 7)),
            'D' => number(i64::from(local.ordinal())),
            'd' => number(i64::from(local.day())),
            'F' => number(i64::from((local.day() - 1) / 7 + 1)),
            'E' => named(locale.weekdays(), local.weekday().num_days_from_monday()),
            'u' => number(i64::from(local.weekday().number_from_monday())),
            'a' => locale.halves()[usize::from(local.hour() >= 12)][0].to_owned(),
            'H' => number(i64::from(local.hour())),
            'k' => number(i64::from(if local.hour() == 0 { 24 } else { local.hour() })),
            'K' => number(i64::from(local.hour() % 12)),
            'h' => number(i64::from(local.hour12().1)),
            'm' => number(i64::from(local.minute())),
            's' => number(i64::from(local.second())),
            'S' => number(i64::from(local.nanosecond() % 1_000_000_000 / 1_000_000)),
            'z' => zone.name(instant),
            'Z' => print_offset(offset, 2),
            'X' if offset == 0 => "Z".into(),
            _ => print_offset(offset, count),
        };
        out.push_str(&text);
    }
    Some(out)
}

/// Prints `+09`, `+0900` or `+09:00`.
fn print_offset(seconds: i32, form: usize) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    match form {
        1 => format!("{sign}{hours:02}"),
        2 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}"),
    }
}

/// Returns the week of a year whose weeks start on Sunday and whose first week holds 1 January.
fn week_of_year(date: NaiveDate) -> i64 {
    let saturday = date.checked_add_days(Days::new(u64::from(6 - date.weekday().num_days_from_sunday()))).unwrap_or(date);
    // A week that reaches into the next year is its first.
    i64::from(saturday.ordinal0() / 7 + 1)
}

#[derive(Default)]
struct Fields {
    year: Option<i64>,
    before_christ: bool,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: Option<i64>,
    half_hour: i64,
    afternoon: bool,
    minute: i64,
    second: i64,
    millisecond: i64,
    zone: Option<Zone>,
}

/// Reads a date as Java does leniently: fields that are too large roll over, text behind the match is ignored.
pub(crate) fn parse(text: &str, format: &str, locale: Locale, zone: Tz) -> Option<DateTime<Utc>> {
    let items = items(format)?;
    let mut fields = Fields::default();
    let mut rest = text;
    if text.is_empty() {
        return None;
    }
    for (index, item) in items.iter().enumerate() {
        let (letter, count) = match item {
            Item::Text(text) => {
                rest = rest.strip_prefix(text.as_str())?;
                continue;
            }
            Item::Letter(letter, count) => (*letter, *count),
        };
        rest = rest.trim_start_matches([' ', '\t']);
        if item.is_numeric() {
            let adjacent = index.checked_sub(1).and_then(|before| items.get(before)).is_some_and(Item::is_numeric)
                || items.get(index + 1).is_some_and(Item::is_numeric);
            let (number, digits) = take_number(&mut rest, adjacent.then_some(count))?;
            fields.set(letter, count, number, digits);
        } else {
            fields.set_text(letter, &mut rest, locale)?;
        }
    }
    fields.resolve(&Zone::Named(zone))
}

/// Takes digits: exactly so many, or all there are.
fn take_number(rest: &mut &str, exactly: Option<usize>) -> Option<(i64, usize)> {
    let available = rest.bytes().take_while(u8::is_ascii_digit).count();
    let taken = exactly.unwrap_or(available);
    if taken == 0 || taken > available {
        return None;
    }
    let number = rest[..taken].parse().ok()?;
    *rest = &rest[taken..];
    Some((number, taken))
}

/// Takes one of the names, the longest that fits, in any case; returns its index.
fn take_name<const N: usize>(rest: &mut &str, names: &[[&'static str; N]]) -> Option<usize> {
    let fits = |name: &&str| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let (index, length) = names
        .iter()
        .enumerate()
        .flat_map(|(index, names)| names.iter().filter(|name| fits(name)).map(move |name| (index, name.len())))
        .max_by_key(|(_, length)| *length)?;
    *rest = &rest[length..];
    Some(index)
}

/// Takes an offset or a zone name.
fn take_zone(rest: &mut &str, letter: char) -> Option<Zone> {
    if letter == 'X'
        && let Some(after) = rest.strip_prefix('Z')
    {
        *rest = after;
        return Zone::find("UTC");
    }
    let signed = rest.strip_prefix("GMT").filter(|after| after.starts_with(['+', '-'])).unwrap_or(rest);
    if let Some(digits) = signed.strip_prefix(['+', '-']) {
        let sign = if signed.starts_with('-') { -1 } else { 1 };
        let bytes = digits.as_bytes();
        let pair = |at: usize| match bytes.get(at..at + 2) {
            Some([tens @ b'0'..=b'9', ones @ b'0'..=b'9']) => Some(i32::from(tens - b'0') * 10 + i32::from(ones - b'0')),
            _ => None,
        };
        let hours = pair(0)?;
        let (minutes, length) = match (bytes.get(2), pair(2), pair(3)) {
            (Some(b':'), _, Some(minutes)) => (minutes, 5),
            (_, Some(minutes), _) => (minutes, 4),
            _ => (0, 2),
        };
        *rest = &digits[length..];
        let offset = FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))?;
        return Some(Zone::Fixed { offset, name: String::new() });
    }
    if letter == 'X' {
        return None;
    }
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'_')).count();
    let zone = Zone::find(&rest[..length])?;
    *rest = &rest[length..];
    Some(zone)
}

impl Fields {
    fn set(&mut self, letter: char, count: usize, number: i64, digits: usize) {
        match letter {
            'y' if count <= 2 && digits == 2 => self.year = Some(if number >= 70 { 1900 + number } else { 2000 + number }),
            'y' => self.year = Some(number),
            'M' => self.month = Some(number),
            'D' => self.day_of_year = Some(number),
            'd' => self.day = Some(number),
            'H' => self.hour = Some(number),
            'k' => self.hour = Some(if number == 24 { 0 } else { number }),
            'K' => self.half_hour = number,
            'h' => self.half_hour = if number == 12 { 0 } else { number },
            'm' => self.minute = number,
            's' => self.second = number,
            'S' => self.millisecond = number,
            // Weeks and weekdays are read over: the day comes from the day of the month or of the year.
            _ => {}
        }
    }

    fn set_text(&mut self, letter: char, rest: &mut &str, locale: Locale) -> Option<()> {
        match letter {
            'M' => self.month = Some(take_name(rest, locale.months())? as i64 + 1),
            'E' => {
                take_name(rest, locale.weekdays())?;
            }
            'a' => self.afternoon = take_name(rest, locale.halves())? == 1,
            'G' => self.before_christ = take_name(rest, locale.eras())? == 0,
            _ => self.zone = Some(take_zone(rest, letter)?),
        }
        Some(())
    }

    fn resolve(self, zone: &Zone) -> Option<DateTime<Utc>> {
        let year = self.year.unwrap_or(1970);
        let year = if self.before_christ { 1_i64.checked_sub(year)? } else { year };
        let months = year.checked_mul(12)?.checked_add(self.month.unwrap_or(1))?.checked_sub(1)?;
        let (first, day) = match (self.day, self.day_of_year) {
            (None, Some(day)) => (NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, 1, 1)?, day),
            (day, _) => (first_of_month(months)?, day.unwrap_or(1)),
        };
        let hour = self.hour.unwrap_or_else(|| self.half_hour.saturating_add(if self.afternoon { 12 } else { 0 }));
        let local = first
            .and_time(NaiveTime::MIN)
            .checked_add_signed(TimeDelta::try_days(day.checked_sub(1)?)?)?
            .checked_add_signed(TimeDelta::try_hours(hour)?)?
            .checked_add_signed(TimeDelta::try_minutes(self.minute)?)?
            .checked_add_signed(TimeDelta::try_seconds(self.second)?)?
            .checked_add_signed(TimeDelta::try_milliseconds(self.millisecond)?)?;
        self.zone.as_ref().unwrap_or(zone).instant(local)
    }
}

/// Returns the first day of a month counted from January of year 0.
fn first_of_month(months: i64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(months.div_euclid(12)).ok()?, u32::try_from(months.rem_euclid(12)).ok()? + 1, 1)
}

/// A unit dates are stepped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
}

impl Unit {
    /// Returns the unit of `dateadd` and `datediff`.
    pub(crate) fn find(name: &str) -> Option<Self> {
        Some(match name {
            "year" => Unit::Year,
            "mon" => Unit::Month,
            "day" => Unit::Day,
            "hour" => Unit::Hour,
            "min" => Unit::Minute,
            "sec" => Unit::Second,
            "msec" => Unit::Millisecond,
            _ => return None,
        })
    }

    /// Returns the milliseconds of a unit of fixed length.
    pub(crate) fn milliseconds(self) -> Option<i64> {
        match self {
            Unit::Year | Unit::Month => None,
            Unit::Week => Some(7 * 86_400_000),
            Unit::Day => Some(86_400_000),
            Unit::Hour => Some(3_600_000),
            Unit::Minute => Some(60_000),
            Unit::Second => Some(1000),
            Unit::Millisecond => Some(1),
        }
    }

    /// Steps a local time; the day is cut to the length of the month.
    fn step_local(self, local: NaiveDateTime, amount: i64) -> Option<NaiveDateTime> {
        if let Some(milliseconds) = self.milliseconds() {
            return local.checked_add_signed(TimeDelta::try_milliseconds(amount.checked_mul(milliseconds)?)?);
        }
        let months = if self == Unit::Year { amount.checked_mul(12)? } else { amount };
        let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
        if months < 0 { local.checked_sub_months(count) } else { local.checked_add_months(count) }
    }

    /// Steps an instant: years to days by the calendar of the zone, hours and less by elapsed time.
    pub(crate) fn step(self, instant: DateTime<Utc>, amount: i64, zone: &Zone) -> Option<DateTime<Utc>> {
        match self {
            Unit::Year | Unit::Month | Unit::Week | Unit::Day => zone.instant(self.step_local(zone.local(instant), amount)?),
            _ => self.step_local(instant.naive_utc(), amount).map(|utc| utc.and_utc()),
        }
    }
}

/// A number of units, such as `90m` or `3mon`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) count: i64,
    pub(crate) unit: Unit,
}

impl Span {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        let unit = match unit {
            "s" => Unit::Second,
            "m" => Unit::Minute,
            "h" => Unit::Hour,
            "d" => Unit::Day,
            "w" => Unit::Week,
            "mon" => Unit::Month,
            "y" => Unit::Year,
            _ => return None,
        };
        Some(Self { count: i64::from(count.parse::<u32>().ok()?), unit })
    }

    /// Reads a span that is not empty, for steps and buckets.
    pub(crate) fn parse_step(text: &str) -> Option<Self> {
        Self::parse(text).filter(|span| span.count > 0)
    }

    /// Returns the instant so many spans away.
    pub(crate) fn step(self, instant: DateTime<Utc>, times: i64, zone: &Zone) -> Option<DateTime<Utc>> {
        self.unit.step(instant, self.count.checked_mul(times)?, zone)
    }

    /// Returns the start of the bucket of this width that holds the instant; the offset moves the edges.
    pub(crate) fn truncate(self, instant: DateTime<Utc>, offset: Option<Span>, zone: &Zone) -> Option<DateTime<Utc>> {
        let shift = |local: NaiveDateTime, direction: i64| match offset {
            Some(offset) => offset.unit.step_local(local, offset.count.checked_mul(direction)?),
            None => Some(local),
        };
        let local = shift(zone.local(instant), -1)?;
        let start = match self.unit.milliseconds() {
            Some(unit) => {
                let width = unit.checked_mul(self.count)?;
                // Weeks start on Monday, and 1969-12-29 was one; everything else counts from 1970-01-01.
                let origin = if self.unit == Unit::Week { -3 * 86_400_000 } else { 0 };
                let since = local.and_utc().timestamp_millis().checked_sub(origin)?;
                DateTime::from_timestamp_millis(origin.checked_add(since.div_euclid(width).checked_mul(width)?)?)?.naive_utc()
            }
            None => {
                let width = if self.unit == Unit::Year { self.count.checked_mul(12)? } else { self.count };
                let index = i64::from(local.year()) * 12 + i64::from(local.month0());
                first_of_month(index.div_euclid(width).checked_mul(width)?)?.and_time(NaiveTime::MIN)
            }
        };
        zone.instant(shift(start, 1)?)
    }
}

/// Tells whether a text is a span that may be empty.
pub(crate) fn is_offset(text: &str) -> bool {
    Span::parse(text).is_some()
}

/// Tells whether a text is a span that is not empty.
pub(crate) fn is_step(text: &str) -> bool {
    Span::parse_step(text).is_some()
}

/// Tells whether a text is a unit of `dateadd` and `datediff`.
pub(crate) fn is_unit(text: &str) -> bool {
    Unit::find(text).is_some()
}

/// Returns the completed calendar months from one instant to a later one.
fn months_until(start: NaiveDateTime, end: NaiveDateTime) -> i64 {
    let months = i64::from(end.year() - start.year()) * 12 + i64::from(end.month()) - i64::from(start.month());
    months - i64::from((end.day(), end.time()) < (start.day(), start.time()))
}

/// Returns the whole units from start to end, toward zero; a day is 24 hours, months and years are calendar units.
pub(crate) fn difference(start: DateTime<Utc>, end: DateTime<Utc>, unit: Unit, zone: &Zone) -> i64 {
    if let Some(milliseconds) = unit.milliseconds() {
        return (end - start).num_milliseconds() / milliseconds;
    }
    let (local_start, local_end) = (zone.local(start), zone.local(end));
    let months = if end < start { -months_until(local_end, local_start) } else { months_until(local_start, local_end) };
    if unit == Unit::Year { months / 12 } else { months }
}

/// The parts of `datepart`, for messages.
pub(crate) const PARTS: &str = "century, day, decade, dow, doy, epoch, hour, isodow, isoyear, microseconds, millenium, milliseconds, min, minute, mon, month, msec, quarter, sec, seconds, timezone, timezone_hour, timezone_minute, week, year";

/// Tells whether a text is a part of `datepart`.
pub(crate) fn is_part(text: &str) -> bool {
    part(DateTime::UNIX_EPOCH, text, &Zone::Named(Tz::UTC)).is_some()
}

/// Returns a part of a date; `None` for an unknown part.
pub(crate) fn part(instant: DateTime<Utc>, part: &str, zone: &Zone) -> Option<i64> {
    let local = zone.local(instant.trunc_subsecs(3));
    let offset = zone.offset(instant);
    let year = i64::from(local.year());
    let second = i64::from(local.second());
    let millisecond = i64::from(local.nanosecond() / 1_000_000);
    Some(match part {
        "century" => (year + 99).div_euclid(100),
        "day" => i64::from(local.day()),
        "decade" => year.div_euclid(10),
        "dow" => i64::from(local.weekday().num_days_from_sunday()),
        "doy" => i64::from(local.ordinal()),
        "epoch" => instant.timestamp(),
        "hour" => i64::from(local.hour()),
        "isodow" => i64::from(local.weekday().number_from_monday()),
        "isoyear" => i64::from(local.iso_week().year()),
        "microseconds" => (second * 1000 + millisecond) * 1000,
        "millenium" | "millennium" => (year + 999).div_euclid(1000),
        "milliseconds" => second * 1000 + millisecond,
        "min" | "minute" => i64::from(local.minute()),
        "mon" | "month" => i64::from(local.month()),
        "msec" => millisecond,
        "quarter" => i64::from(local.month0() / 3 + 1),
        "sec" | "seconds" => second,
        "timezone" => i64::from(offset),
        "timezone_hour" => i64::from(offset / 3600),
        "timezone_minute" => i64::from(offset % 3600 / 60),
        "week" => i64::from(local.iso_week().week()),
        "year" => year,
        _ => return None,
    })
}
