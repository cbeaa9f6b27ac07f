//! Findings as annotations of a pull request: GitHub reads them from the output of a workflow.

use crate::lint::{Finding, Level, Report};

/// One line for each finding.
pub fn annotations(report: &Report) -> String {
    report.findings.iter().map(annotation).collect::<Vec<_>>().join("\n")
}

fn annotation(finding: &Finding) -> String {
    let Finding { rule, level, place, message, help } = finding;
    let command = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info | Level::Off => "notice",
    };
    let help = help.as_ref().map(|it| format!("\n{it}")).unwrap_or_default();
    let properties =
        [("file", place.file.as_str()), ("line", &place.line.to_string()), ("col", &place.column.to_string()), ("title", rule)];
    let properties: Vec<String> = properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{command} {}::{}", properties.join(","), data(&format!("{message}{help}")))
}

/// The workflow command's own escapes.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;

    #[test]
    fn what_means_something_to_a_workflow_is_escaped() {
        let place = Place { file: "a,b:c.sql".into(), line: 3, column: 7, text: String::new() };
        let finding =
            Finding { rule: "truncate", level: Level::Info, place, message: "100 % gone".into(), help: Some("a\nb: c".into()) };
        let report = Report { findings: vec![finding], ..Report::default() };
        assert_eq!(annotations(&report), "::notice file=a%2Cb%3Ac.sql,line=3,col=7,title=truncate::100 %25 gone%0Aa%0Ab: c");
    }
}
