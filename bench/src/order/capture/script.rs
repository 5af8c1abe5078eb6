//! A script of pgbench from statements and the values that they were sent with.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

use super::super::BEGINS;
use super::log::Sent;
use crate::statements::code;

/// The longest line of the script.
const WIDTH: usize = 118;

/// What stands above the statements: values that the API makes itself, or has in its token and its request. An id
/// grows with time, as ours do, and a suffix is as long as that of an id in words.
const HEAD: &str = "\
-- The statements of one order as they are sent now, in their order. Written by
--     ./dev bench order --write-statements bench/yardsticks/order-now.pgbench
-- and compared by a test with what an order sends: write it again when that test says so.
-- First the values that the API makes itself or is told.
\\set n random(1, :orgs)
select o.id as org, p.id as plan, p.cloud_id as cloud, n.vps, n.job, business_now() as now,
       'key-' || n.job_suffix as key, 'server-' || n.vps_suffix as label, 'sp-' || n.vps_suffix as provider_label,
       '\\x' || n.one || n.two as mac, '00-' || n.one || '-' || left(n.two, 16) || '-01' as traceparent";

const HEAD_END: &str = "
from org o
cross join (select * from plan limit 1) p
cross join (
    select one, two, vps, job, left(replace(vps::text, '-', ''), 26) as vps_suffix,
           left(replace(job::text, '-', ''), 26) as job_suffix
    from (
        select one, two, (time || '7' || substr(one, 1, 3) || '8' || substr(one, 4, 15))::uuid as vps,
               (time || '7' || substr(two, 1, 3) || '8' || substr(two, 4, 15))::uuid as job
        from (
            select lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') as time,
                   md5(random()::text) as one, md5(random()::text) as two) random) ids) n
where o.name = 'seed ' || :n \\gset
";

/// Where the head finds its values, for values that are made of them.
const SOURCES: [(&str, &str); 9] = [
    ("org", "o.id::text"),
    ("plan", "p.id::text"),
    ("cloud", "p.cloud_id::text"),
    ("vps", "n.vps::text"),
    ("job", "n.job::text"),
    ("vps_suffix", "n.vps_suffix"),
    ("job_suffix", "n.job_suffix"),
    ("label", "'server-' || n.vps_suffix"),
    ("key", "'key-' || n.job_suffix"),
];

/// Values by the names that the script gives them.
#[derive(Clone, Debug, Default)]
pub struct Names {
    known: Vec<(String, String)>,
    returned: Vec<(String, String, String)>,
}

impl Names {
    /// A value that the head of the script makes under this name.
    pub fn know(&mut self, name: &str, value: &impl ToString) {
        self.known.push((value.to_string(), name.to_owned()));
    }

    /// A value that a statement returns: the one that holds `statement`, in a column that is called as the name is
    /// after its first `_`.
    pub fn returned(&mut self, name: &str, value: &impl ToString, statement: &str) {
        self.returned.push((value.to_string(), name.to_owned(), statement.to_owned()));
    }
}

/// A value that the head makes of others.
struct Derived {
    name: String,
    expression: String,
}

/// Writes the script.
///
/// # Errors
/// When a statement uses a returned value that none before it returned.
pub fn write(sent: &[Sent], names: &Names) -> Result<String> {
    let (mut derived, mut body, mut returned) = (Vec::new(), String::new(), Vec::new());
    for one in sent {
        let values: Vec<_> = one.parameters.iter().map(|value| said(value.as_deref(), names, &mut derived)).collect();
        for (_, name, _) in &names.returned {
            let used = values.iter().any(|value| *value == format!(":{name}"));
            ensure!(!used || returned.contains(&name), "{name} is used and was not returned before: {}", one.text);
        }
        let source = names.returned.iter().find(|(_, _, statement)| one.text.contains(statement.as_str()));
        let end = match source {
            Some((_, name, _)) => {
                returned.push(name);
                format!(" \\gset {}", &name[..=name.find('_').unwrap_or(name.len() - 1)])
            }
            None => ";".to_owned(),
        };
        writeln!(body, "{}{end}", wrapped(&filled(&one.text, &values)))?;
    }
    let mut script = HEAD.to_owned();
    for Derived { name, expression } in &derived {
        write!(script, ",\n{}", wrapped(&format!("       {expression} as {name}")))?;
    }
    Ok(format!("{script}{HEAD_END}{BEGINS}\n{body}"))
}

/// A parameter as the script has it: a variable, or a constant.
fn said(value: Option<&str>, names: &Names, derived: &mut Vec<Derived>) -> String {
    let Some(value) = value else { return "null".to_owned() };
    let returned = names.returned.iter().map(|(known, name, _)| (known, name));
    let known = names.known.iter().map(|(known, name)| (known, name));
    let exact = known.chain(returned).find(|(known, name)| *known == value && !name.ends_with("_suffix"));
    if let Some((_, name)) = exact {
        return format!(":{name}");
    }
    if let Some(name) = kind(value) {
        return format!(":{name}");
    }
    let parts = parts(value, names);
    if let [constant] = &parts[..] {
        return constant.clone();
    }
    let name = format!("made_{}", derived.len() + 1);
    derived.push(Derived { name: name.clone(), expression: parts.join(" || ") });
    format!(":{name}")
}

/// Values that differ with each order, known by their looks: `2026-11-29 06:33:47.1+00`, `\x` and 64 digits, a
/// trace's context.
fn kind(value: &str) -> Option<&'static str> {
    let bytes = value.as_bytes();
    let is = |place: usize, byte| bytes.get(place) == Some(&byte);
    if bytes.len() >= 22 && is(4, b'-') && is(10, b' ') && is(13, b':') && value.ends_with("+00") {
        return Some("now");
    }
    if bytes.len() == 66 && value.starts_with("\\x") {
        return Some("mac");
    }
    (bytes.len() == 55 && value.starts_with("00-") && is(35, b'-') && is(52, b'-')).then_some("traceparent")
}

/// A text as constants and values of the head in turn. No constant holds what would begin a variable.
fn parts(value: &str, names: &Names) -> Vec<String> {
    let (mut parts, mut text, mut rest) = (Vec::new(), String::new(), value);
    while let Some(next) = rest.chars().next() {
        let source = names.known.iter().find_map(|(known, name)| {
            let (_, source) = SOURCES.iter().find(|(of, _)| of == name)?;
            Some((rest.strip_prefix(known.as_str())?, *source))
        });
        if let Some((after, source)) = source {
            parts.extend(quoted(&text));
            text.clear();
            parts.push(source.to_owned());
            rest = after;
            continue;
        }
        text.push(next);
        rest = &rest[next.len_utf8()..];
        if next == ':' && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            parts.extend(quoted(&text));
            text.clear();
        }
    }
    parts.extend(quoted(&text));
    if parts.is_empty() { vec!["''".to_owned()] } else { parts }
}

fn quoted(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| format!("'{}'", text.replace('\'', "''")))
}

/// The text with its parameters filled in, the last first: `$1` is the beginning of `$12`.
fn filled(text: &str, values: &[String]) -> String {
    let mut filled = text.trim().trim_end_matches(';').to_owned();
    for (place, value) in values.iter().enumerate().rev() {
        filled = filled.replace(&format!("${}", place + 1), value);
    }
    filled
}

/// Long lines broken at spaces that stand in no constant. White space is all that changes.
fn wrapped(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines().map(|line| code(line).trim_end()).filter(|line| !line.is_empty()) {
        let mut rest = line.to_owned();
        while rest.len() > WIDTH {
            let Some(place) = last_space(&rest) else { break };
            let indent = &line[..line.len() - line.trim_start().len()];
            let next = format!("{indent}    {}", rest[place..].trim_start());
            rest.truncate(place);
            lines.push(std::mem::replace(&mut rest, next));
        }
        lines.push(rest);
    }
    lines.join("\n")
}

/// The last space within the width that is neither in a constant nor part of the indentation.
fn last_space(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    let mut constant = false;
    let mut last = None;
    for (place, character) in line.char_indices().take_while(|(place, _)| *place <= WIDTH) {
        match character {
            '\'' => constant = !constant,
            ' ' if !constant && place > indent => last = Some(place),
            _ => {}
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str, parameters: &[Option<&str>]) -> Sent {
        Sent { text: text.to_owned(), parameters: parameters.iter().map(|one| one.map(str::to_owned)).collect() }
    }

    fn names() -> Names {
        let mut names = Names::default();
        names.know("job", &"0190-the-job");
        names.returned("journal_id", &77, "insert into journal");
        names
    }

    #[test]
    fn values_become_names_and_constants() {
        let statements = [
            sent("insert into journal (idem_key) values ($1) returning id", &[Some("hold:0190-the-job")]),
            sent(
                "insert into posting values ($1, $2, $3, $4)",
                &[Some("77"), Some("it's"), None, Some("2026-11-29 06:33:47.1+00")],
            ),
        ];
        let script = write(&statements, &names()).unwrap();
        assert!(script.contains("'hold:' || n.job::text as made_1"), "{script}");
        let (_, body) = script.split_once(BEGINS).unwrap();
        assert_eq!(
            body.trim(),
            "insert into journal (idem_key) values (:made_1) returning id \\gset journal_\n\
             insert into posting values (:journal_id, 'it''s', null, :now);"
        );
    }

    #[test]
    fn a_value_from_nowhere_is_told() {
        let early = [sent("insert into posting values ($1)", &[Some("77")])];
        assert!(write(&early, &names()).unwrap_err().to_string().contains("journal_id"));
    }

    #[test]
    fn long_lines_are_broken_outside_constants() {
        let text = format!("select {} '{}'", "column, ".repeat(20), "a b ".repeat(40));
        let broken = wrapped(&text);
        assert!(broken.lines().count() > 1 && broken.contains(&"a b ".repeat(40)), "{broken}");
        assert_eq!(broken.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
    }
}
