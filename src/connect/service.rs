//! libpq's service files: named sets of connection parameters.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::Environment;
use crate::error::{Error, Result};

/// The parameters of a service: from the user's file, else from the system's.
pub(super) fn read(service: &str, file: Option<String>, environment: &Environment) -> Result<BTreeMap<String, String>> {
    let named = file.as_deref().or_else(|| environment.value("PGSERVICEFILE")).map(PathBuf::from);
    let own = named.or_else(|| environment.value("HOME").map(|it| Path::new(it).join(".pg_service.conf")));
    let system = environment.value("PGSYSCONFDIR").unwrap_or("/etc/postgresql-common");
    let files = own.into_iter().chain([Path::new(system).join("pg_service.conf")]);
    let mut looked = Vec::new();
    for path in files {
        looked.push(path.display().to_string());
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                if let Some(found) = section(&text, service, &path)? {
                    return Ok(found);
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::from(error).within(format!("cannot read {}", path.display()))),
        }
    }
    Err(Error::new(format!("there is no service {service:?} in {}", looked.join(" or ")))
        .help("see \"The Connection Service File\" in PostgreSQL's manual"))
}

fn section(text: &str, service: &str, path: &Path) -> Result<Option<BTreeMap<String, String>>> {
    let mut found: Option<BTreeMap<String, String>> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            if found.is_some() {
                break;
            }
            found = (line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) == Some(service)).then(BTreeMap::new);
            continue;
        }
        let Some(parameters) = &mut found else { continue };
        match line.split_once('=') {
            Some((name, value)) if !name.starts_with("ldap") && name != "service" => {
                parameters.entry(name.trim().to_owned()).or_insert_with(|| value.trim().to_owned());
            }
            _ => {
                return Err(Error::new(format!(
                    "{}:{} is not a line that can be honoured: name=value",
                    path.display(),
                    number + 1
                )));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_its_own_section_only() {
        let text = "# x\n[a]\nhost=a\n[b]\nhost=b\nport=1\n[c]\nuser=c\n";
        let found = section(text, "b", Path::new("f")).unwrap().unwrap();
        assert_eq!(found, BTreeMap::from([("host".into(), "b".into()), ("port".into(), "1".into())]));
        assert_eq!(section(text, "d", Path::new("f")).unwrap(), None);
    }
}
