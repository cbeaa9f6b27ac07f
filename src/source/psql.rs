//! What lines of psql's own say that bears on the statements behind them.

/// Where `\connect` leads. A part that is left out, or `-`, stays as it was.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Connect {
    pub(super) database: Option<String>,
    pub(super) user: Option<String>,
}

/// Reads the arguments of `\connect`: `[-reuse-previous=on] database user host port`, a connection string or a URL.
pub(super) fn connect(arguments: &str) -> Connect {
    let words = words(arguments);
    let mut words = words.iter().map(String::as_str).filter(|it| !it.starts_with("-reuse-previous="));
    let Some(first) = words.next() else { return Connect::default() };
    let given = |it: &str| (!it.is_empty() && it != "-").then(|| it.to_owned());
    if let Some((_, rest)) = first.split_once("://") {
        let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
        let user = place.rsplit_once('@').map(|it| it.0.split(':').next().unwrap_or_default());
        return Connect { database: given(path.split('?').next().unwrap_or_default()), user: user.and_then(given) };
    }
    if first.contains('=') {
        let value = |name: &str| self::words(first).iter().find_map(|it| given(it.strip_prefix(name)?.strip_prefix('=')?));
        return Connect { database: value("dbname"), user: value("user") };
    }
    Connect { database: given(first), user: words.next().and_then(given) }
}

/// Whether the bytes of a file are in that encoding, given that it is read as UTF-8.
pub(super) fn is_utf8(encoding: &str) -> bool {
    let name: String = encoding.chars().filter(char::is_ascii_alphanumeric).collect();
    matches!(name.to_lowercase().as_str(), "" | "utf8" | "unicode" | "sqlascii")
}

/// Words with their quotes taken off: `'…'` and `"…"`, in which a doubled quote or one behind a backslash stands for itself.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut quote = None;
    let mut is_inside = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', Some('\'')) => words.last_mut().into_iter().for_each(|it| it.extend(letters.next())),
            (it, Some(open)) if it == open && letters.peek() == Some(&open) => {
                words.last_mut().into_iter().for_each(|it| it.extend(letters.next()));
            }
            (it, Some(open)) if it == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(letter);
                if !is_inside {
                    words.push(String::new());
                }
                is_inside = true;
            }
            (it, None) if it.is_whitespace() => is_inside = false,
            (it, _) => {
                if !is_inside {
                    words.push(String::new());
                }
                is_inside = true;
                words.last_mut().into_iter().for_each(|word| word.push(it));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connect_is_read_in_each_of_its_forms() {
        let read = |it: &str| {
            let Connect { database, user } = connect(it);
            (database.unwrap_or_default(), user.unwrap_or_default())
        };
        let is = |database: &str, user: &str| (database.to_owned(), user.to_owned());
        assert_eq!(read(""), is("", ""));
        assert_eq!(read("app"), is("app", ""));
        assert_eq!(read("- joe"), is("", "joe"));
        assert_eq!(read("\"My app\" joe localhost 5432"), is("My app", "joe"));
        assert_eq!(read("-reuse-previous=on \"dbname='we''ird' user=joe\""), is("we'ird", "joe"));
        assert_eq!(read("postgres://joe:pw@host:5432/app?sslmode=require"), is("app", "joe"));
    }

    #[test]
    fn utf_8_has_several_names() {
        assert!(is_utf8("UTF8") && is_utf8("'utf-8'") && is_utf8(""));
        assert!(!is_utf8("LATIN1"));
    }
}
