//! `.pgpass`: `host:port:database:user:password`, the first line that fits.

use std::path::{Path, PathBuf};

use super::Password;
use crate::config::Environment;

/// The password for host, port, database and user.
pub(super) fn find(file: Option<&str>, environment: &Environment, wanted: [&str; 4]) -> (Option<String>, Password) {
    let path = file.map(PathBuf::from).or_else(|| environment.value("HOME").map(|it| Path::new(it).join(".pgpass")));
    let Some(path) = path else { return (None, Password::Absent(None)) };
    let Ok(metadata) = std::fs::metadata(&path) else { return (None, Password::Absent(None)) };
    if is_open_to_others(&metadata) {
        let why = format!("{} is ignored, as others may read it: chmod 600 it", path.display());
        return (None, Password::Absent(Some(why)));
    }
    let Ok(text) = std::fs::read_to_string(&path) else {
        return (None, Password::Absent(Some(format!("{} cannot be read", path.display()))));
    };
    match text.lines().find_map(|it| password(it, wanted)) {
        Some(it) => (Some(it), Password::File(path)),
        None => (None, Password::Absent(Some(format!("no line of {} fits this server", path.display())))),
    }
}

fn is_open_to_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.is_file() && metadata.permissions().mode() & 0o077 != 0
}

fn password(line: &str, wanted: [&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![String::new()];
    let mut is_literal = [false; 4];
    let mut rest = line.chars();
    while let Some(it) = rest.next() {
        let position = fields.len() - 1;
        let field = fields.last_mut()?;
        match it {
            '\\' => {
                if let Some(flag) = is_literal.get_mut(position) {
                    *flag = true;
                }
                field.extend(rest.next());
            }
            ':' if position < 4 => fields.push(String::new()),
            it => field.push(it),
        }
    }
    let [host, port, database, user, password] = <[String; 5]>::try_from(fields).ok()?;
    // A local socket is called localhost here.
    let host_fits = host == wanted[0] || (host == "localhost" && wanted[0].starts_with('/'));
    let fits = |number: usize, field: &str| (field == "*" && !is_literal[number]) || field == wanted[number];
    let all = (host_fits || fits(0, &host)) && fits(1, &port) && fits(2, &database) && fits(3, &user);
    all.then_some(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_may_be_stars_or_hold_escaped_colons() {
        let wanted = ["h", "5432", "d:b", "u"];
        assert_eq!(password(r"h:5432:d\:b:u:p:w\\", wanted).as_deref(), Some(r"p:w\"));
        assert_eq!(password("*:*:*:u:x", wanted).as_deref(), Some("x"));
        assert_eq!(password("*:*:*:v:x", wanted), None);
        assert_eq!(password("# *:*:*:*:x", wanted), None);
        assert_eq!(password("localhost:*:*:*:x", ["/tmp", "1", "d", "u"]).as_deref(), Some("x"));
    }
}
