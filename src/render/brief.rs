//! Long lists of changes made short: of many that say the same of other objects some stand for all, and how many there are is said. What
//! bears a risk is never left out.

use std::collections::BTreeMap;

use super::sentence::{Section, Sentence};

/// From so many sentences on, a list is made short.
const LONG: usize = 100;

/// Of more than so many that are alike, only some are kept.
const MANY: usize = 20;

/// So many.
const KEPT: usize = 5;

/// A list of changes as it is printed.
pub(super) struct Brief {
    /// How many there are of those that are not all listed: `Create table: 800, of which 5 are listed`. None where all are.
    pub(super) counts: Vec<String>,
    pub(super) sections: Vec<Section>,
}

/// Makes it.
pub(super) fn brief(mut sections: Vec<Section>) -> Brief {
    let all = || sections.iter().flat_map(|it| &it.sentences);
    let total = all().count();
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for it in all().filter(|it| it.is_plain) {
        *alike.entry(kind(it)).or_default() += 1;
    }
    alike.retain(|_, count| *count > MANY && total > LONG);
    let mut left: BTreeMap<&str, usize> = alike.keys().map(|it| (it.as_str(), KEPT)).collect();
    let mut is_kept = |it: &Sentence| match left.get_mut(kind(it).as_str()).filter(|_| it.is_plain) {
        Some(left) => {
            let is_kept = *left > 0;
            *left = left.saturating_sub(1);
            is_kept
        }
        None => true,
    };
    sections.iter_mut().for_each(|it| it.sentences.retain(&mut is_kept));
    sections.retain(|it| !it.sentences.is_empty());
    let cut: usize = alike.values().sum();
    let mut counts: Vec<String> = alike.iter().map(|it| format!("{}: {}, of which {KEPT} are listed", it.0, it.1)).collect();
    if !counts.is_empty() && total > cut {
        counts.push(format!("all else: {}, listed one by one", total - cut));
    }
    Brief { counts, sections }
}

/// What it says, whatever of: `Create table`.
fn kind(sentence: &Sentence) -> String {
    sentence.text.split('`').next().unwrap_or_default().trim_end_matches([' ', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(count: usize) -> Vec<Section> {
        let section = |number: usize| {
            let sentence = |text: &str, is_plain| Sentence { text: format!("{text} `t{number}`"), is_plain };
            let drop = number.is_multiple_of(50).then(|| sentence("Drop column", false));
            let sentences = [Some(sentence("Create table", true)), drop].into_iter().flatten().collect();
            Section { heading: format!("t{number}"), sentences }
        };
        (1..=count).map(section).collect()
    }

    #[test]
    fn many_that_are_alike_are_counted_and_risks_all_listed() {
        let Brief { counts, sections } = brief(sections(200));
        assert_eq!(counts, ["Create table: 200, of which 5 are listed", "all else: 4, listed one by one"]);
        let texts: Vec<&str> = sections.iter().flat_map(|it| &it.sentences).map(|it| it.text.as_str()).collect();
        assert_eq!(texts.len(), 9);
        assert!(texts[..5].iter().all(|it| it.starts_with("Create")) && texts[5..].iter().all(|it| it.starts_with("Drop")));
    }

    #[test]
    fn a_list_that_can_be_read_is_whole() {
        let Brief { counts, sections } = brief(sections(90));
        assert!(counts.is_empty() && sections.len() == 90);
    }
}
