//! Numbers for people: rows, bytes and seconds, with the digits that matter.

/// `1 table`, `2 tables`
pub fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// `950`, `22.7 k`, `3.1 M`
pub fn count(number: u64) -> String {
    scaled(number, &["", "k", "M", "G"])
}

/// `950 B`, `22.7 kB`, `3.1 GB`
pub fn bytes(number: u64) -> String {
    scaled(number, &["B", "kB", "MB", "GB", "TB"])
}

/// `12 s`, `5 min`, `3 h`, `9 days`; whole units, downwards.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds, not negative")]
pub fn seconds(number: f64) -> String {
    let whole = number.max(0.0) as u64;
    match whole {
        0..120 => format!("{whole} s"),
        120..7200 => format!("{} min", whole / 60),
        7200..172_800 => format!("{} h", whole / 3600),
        _ => format!("{} days", whole / 86_400),
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn scaled(number: u64, units: &[&str]) -> String {
    const STEP: f64 = 1000.0;
    let (mut value, mut unit) = (number as f64, 0);
    while value >= STEP && unit + 1 < units.len() {
        value /= STEP;
        unit += 1;
    }
    let text = if unit == 0 || value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") };
    format!("{text} {}", units[unit]).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_unit_that_fits() {
        assert_eq!([count(950), count(22_700), bytes(0), bytes(3_140_000_000)], ["950", "22.7 k", "0 B", "3.1 GB"]);
        assert_eq!([0.9, 119.0, 3600.0, 90_000.0, 864_000.0].map(seconds), ["0 s", "119 s", "60 min", "25 h", "10 days"]);
    }
}
