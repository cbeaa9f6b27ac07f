//! Sizes are read from a live database, a partitioned table's from its partitions.

use schemagen::catalog::Id;

use crate::support::live::Live;

#[test]
fn a_table_is_as_large_as_what_inherits_from_it_and_nothing_is_not_unknown() {
    let live = Live::new();
    live.run(
        "CREATE TABLE p (id int) PARTITION BY RANGE (id);
         CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (150000);
         CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (150000) TO (300000);
         CREATE INDEX p_id_idx ON p (id);
         INSERT INTO p SELECT generate_series(0, 199999);
         CREATE TABLE few (id int, note text);
         INSERT INTO few VALUES (1, 'x');
         CREATE TABLE none (id int);
         ANALYZE p, none;",
    );
    let sizes = live.sizes();
    let path = |it: &str| ["public".to_owned(), it.to_owned()];
    let of = |it: &str| sizes.of(&path(it)).unwrap_or_else(|| panic!("no size of {it}"));
    assert_eq!((of("p").rows, of("p_1").rows, of("none").rows), (Some(200_000), Some(150_000), Some(0)));
    assert_eq!(of("p").bytes, of("p_1").bytes + of("p_2").bytes);
    assert_eq!(of("p").indexes, of("p_id_idx").bytes);
    assert!(of("p").analyzed.is_some() && of("few").analyzed.is_none());
    assert_eq!(of("few").rows, None, "it was never analysed");
    let is_large = |it: &str| sizes.is_large(&Id::new("table", &path(it)));
    assert_eq!(["p", "p_1", "p_2", "few", "none"].map(is_large), [true, true, false, false, false]);
}
