//! What `SET` put in force at a place of a file: a statement that is moved is still loaded under it.

use std::collections::BTreeMap;

use pg_query::protobuf::{VariableSetKind, VariableSetStmt};

use super::tree::Tree;
use crate::error::Place;
use crate::sql;

/// The settings in force; every file starts without any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settings {
    values: BTreeMap<String, Setting>,
    path: Option<Vec<String>>,
    /// `check_function_bodies` was set to off: the file wants its bodies unread, as pg_dump does.
    pub(super) trusts_bodies: bool,
    /// `standard_conforming_strings` was set to off, as dumps before 9.1 do.
    pub(super) escapes: bool,
}

/// One setting: the statement that makes it, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    sql: String,
    place: Place,
    /// What it names, when that is a role.
    role: Option<String>,
}

/// Settings that leave no trace in a schema.
const WITHOUT_TRACE: &[&str] = &[
    "application_name",
    "backslash_quote",
    "bytea_output",
    "check_function_bodies",
    "client_encoding",
    "client_min_messages",
    "default_transaction_deferrable",
    "default_transaction_isolation",
    "default_transaction_read_only",
    "default_with_oids",
    "escape_string_warning",
    "event_triggers",
    "extra_float_digits",
    "jit",
    "log_min_messages",
    "log_statement",
    "maintenance_work_mem",
    "names",
    "restrict_nonsystem_relation_kind",
    "row_security",
    "session_replication_role",
    "synchronous_commit",
    "synchronize_seqscans",
    "transaction_isolation",
    "work_mem",
];

impl Settings {
    /// The schemas an unqualified name is looked for in.
    pub(super) fn path(&self) -> &[String] {
        static DEFAULT: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| vec!["public".to_owned()]);
        self.path.as_deref().unwrap_or(&DEFAULT)
    }

    /// The roles statements run as.
    pub(super) fn roles(&self) -> Vec<String> {
        let roles = ["session_authorization", "role"].into_iter().filter_map(|it| self.values.get(it));
        roles.filter_map(|it| it.role.clone()).collect()
    }

    /// Applies a `SET` or `RESET`.
    pub(super) fn set(&mut self, statement: &VariableSetStmt, text: &str, place: &Place) {
        let kind = VariableSetKind::try_from(statement.kind);
        let arguments: Vec<String> = statement.args.iter().filter_map(|it| it.node.as_ref()).map(value).collect();
        match kind {
            Ok(VariableSetKind::VarSetValue) if statement.name == "role" && arguments == ["none"] => self.remove("role"),
            Ok(VariableSetKind::VarSetValue) => {
                let text = if statement.is_local { without_local(text) } else { text.to_owned() };
                self.insert(&statement.name, &arguments, text, place);
            }
            Ok(VariableSetKind::VarSetDefault | VariableSetKind::VarReset) => self.remove(&statement.name),
            Ok(VariableSetKind::VarResetAll) => {
                (self.path, self.trusts_bodies, self.escapes) = (None, false, false);
                self.values.retain(|it, _| it == "role" || it == "session_authorization");
            }
            _ => {}
        }
    }

    /// Applies `SELECT set_config(name, value, …)`.
    pub(super) fn set_config(&mut self, name: &str, value: &str, place: &Place) {
        let text = format!("SELECT pg_catalog.set_config({}, {}, false)", sql::literal(name), sql::literal(value));
        let list: Vec<String> = value.split(',').map(|it| it.trim().trim_matches('"').to_owned()).collect();
        self.insert(&name.to_lowercase(), &list, text, place);
    }

    fn insert(&mut self, name: &str, arguments: &[String], sql: String, place: &Place) {
        if name == "check_function_bodies" {
            self.trusts_bodies = is_off(arguments);
        }
        if name == "standard_conforming_strings" {
            self.escapes = is_off(arguments);
            if !self.escapes {
                self.values.remove(name);
                return;
            }
        }
        if name == "search_path" {
            self.path = Some(arguments.iter().filter(|it| !it.is_empty() && *it != "$user").cloned().collect());
        }
        if name == "session_authorization" {
            self.values.remove("role");
        }
        if !WITHOUT_TRACE.contains(&name) && !name.ends_with("_timeout") {
            let role = Some(arguments.concat()).filter(|_| name == "role" || name == "session_authorization");
            self.values.insert(name.to_owned(), Setting { sql, place: place.clone(), role });
        }
    }

    fn remove(&mut self, name: &str) {
        match name {
            "search_path" => self.path = None,
            "check_function_bodies" => self.trusts_bodies = false,
            "standard_conforming_strings" => self.escapes = false,
            "session_authorization" => {
                self.values.remove("role");
            }
            _ => {}
        }
        self.values.remove(name);
    }

    /// The statements that lead from these settings to others, each with its place when it stands in a file. Another role
    /// may lack the right to change a setting, so roles are left first and entered last.
    pub(super) fn change(&self, to: &Settings) -> Vec<(String, Option<Place>)> {
        if self.values == to.values {
            return Vec::new();
        }
        let is_role = |it: &str| it == "role" || it == "session_authorization";
        let mut result: Vec<(String, Option<Place>)> = Vec::new();
        if self.values.keys().any(|it| is_role(it)) {
            result.push(("RESET ROLE".to_owned(), None));
            result.push(("RESET SESSION AUTHORIZATION".to_owned(), None));
        }
        for name in self.values.keys().filter(|it| !is_role(it) && !to.values.contains_key(*it)) {
            let name: Vec<&str> = name.split('.').collect();
            result.push((format!("RESET {}", sql::path(&name)), None));
        }
        let changed =
            to.values.iter().filter(|(name, it)| !is_role(name) && self.values.get(*name).map(|it| &it.sql) != Some(&it.sql));
        result.extend(changed.map(|(_, it)| (it.sql.clone(), Some(it.place.clone()))));
        for name in ["session_authorization", "role"] {
            result.extend(to.values.get(name).map(|it| (it.sql.clone(), Some(it.place.clone()))));
        }
        result
    }
}

/// The role or tablespace a `SET` names, to be stubbed.
pub(super) fn named(statement: &VariableSetStmt, names: &[&str]) -> Option<String> {
    let is_value = statement.kind == VariableSetKind::VarSetValue as i32;
    let value = statement.args.first()?.node.as_ref().map(value)?;
    let is_none = value.is_empty() || (statement.name == "role" && value == "none");
    (is_value && names.contains(&statement.name.as_str()) && !is_none).then_some(value)
}

fn is_off(arguments: &[String]) -> bool {
    matches!(arguments, [it] if matches!(&it.to_lowercase()[..], "off" | "false" | "0" | "no"))
}

fn value(node: &pg_query::NodeEnum) -> String {
    Tree::of(node).string().unwrap_or_default().to_owned()
}

fn without_local(text: &str) -> String {
    let local = super::lexer::Lexer::new(text).find(|it| text[it.range.clone()].eq_ignore_ascii_case("local"));
    local.map_or_else(|| text.to_owned(), |it| super::blank(text, &[it.range]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(statements: &[&str]) -> Settings {
        let mut settings = Settings::default();
        let place = Place { file: "a".into(), line: 1, column: 1, text: String::new() };
        for it in statements {
            let Ok(Some(pg_query::NodeEnum::VariableSetStmt(statement))) = super::super::syntax::parse(it, false) else {
                panic!("{it}")
            };
            settings.set(&statement, it, &place);
        }
        settings
    }

    fn change(from: &[&str], to: &[&str]) -> Vec<String> {
        after(from).change(&after(to)).into_iter().map(|it| it.0).collect()
    }

    #[test]
    fn only_what_differs_is_set_and_roles_come_last() {
        assert!(change(&["SET search_path = a"], &["SET search_path = b", "SET search_path = a"]).is_empty());
        assert_eq!(
            change(&["SET ROLE x", "SET my.own = 1"], &["SET ROLE y", "SET search_path = a"]),
            ["RESET ROLE", "RESET SESSION AUTHORIZATION", "RESET my.own", "SET search_path = a", "SET ROLE y"]
        );
        assert!(change(&[], &["SET statement_timeout = 0", "SET ROLE NONE", "SET search_path = a", "RESET ALL"]).is_empty());
    }

    #[test]
    fn the_path_is_read() {
        assert_eq!(after(&["SET search_path = \"$user\", App, public"]).path(), ["app", "public"]);
        assert_eq!(after(&["SET search_path = ''"]).path(), [""; 0]);
        assert_eq!(after(&[]).path(), ["public"]);
    }
}
