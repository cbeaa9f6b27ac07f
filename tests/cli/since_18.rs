//! What only 18 has, on the throw-away server, which is one of the newest version unless another is named.

use crate::support::project::Project;

/// What the migrations of a change of large tables say, in one line, which is proven both ways. Nothing where the server is an older one.
fn changed(before: &str, after: &str) -> Option<String> {
    if std::env::var_os("SCHEMAGEN_PG_BIN_DIR").is_some() {
        return None;
    }
    let project = Project::new().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring(before);
    project.run(&["diff"]).succeeds();
    let project = project.declaring(after);
    project.run(&["diff"]).succeeds();
    let is_new = |it: &&String| it.starts_with("migrations/0") && !it.starts_with("migrations/001");
    let texts: Vec<String> = project.files().keys().filter(is_new).map(|it| project.read(it)).collect();
    Some(texts.concat().split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Asserts that these words stand in a text in this order.
fn says(text: Option<String>, words: &[&str]) {
    let Some(text) = text else { return };
    let mut rest = text.as_str();
    for it in words {
        rest = rest.split_once(it).unwrap_or_else(|| panic!("no {it:?} here in\n{text}")).1;
    }
}

#[test]
fn a_not_null_that_is_not_valid_is_validated_before_a_key_stands_on_it() {
    let text = changed(
        "CREATE TABLE t (id int);\nALTER TABLE t ADD CONSTRAINT there NOT NULL id NOT VALID;\n",
        "CREATE TABLE t (id int CONSTRAINT there NOT NULL, PRIMARY KEY (id));\n",
    );
    assert!(text.as_ref().is_none_or(|it| !it.contains("SET NOT NULL")), "that would read all rows: {text:?}");
    says(text, &["VALIDATE CONSTRAINT there", "CREATE UNIQUE INDEX CONCURRENTLY t_pkey", "PRIMARY KEY USING INDEX t_pkey"]);
}

#[test]
fn a_constraint_that_was_not_enforced_is_made_anew_and_validated() {
    let text = changed(
        "CREATE TABLE p (id int PRIMARY KEY);\n\
         CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0) NOT ENFORCED, b int CONSTRAINT f REFERENCES p NOT ENFORCED);\n",
        "CREATE TABLE p (id int PRIMARY KEY);\n\
         CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0), b int CONSTRAINT f REFERENCES p);\n",
    );
    assert!(text.as_ref().is_none_or(|it| !it.contains("ALTER CONSTRAINT")), "that would read all rows: {text:?}");
    says(
        text.clone(),
        &["CHECK ((a > 0)) NOT VALID", "VALIDATE CONSTRAINT c_new", "DROP CONSTRAINT c;", "RENAME CONSTRAINT c_new TO c"],
    );
    says(
        text,
        &["REFERENCES public.p(id) NOT VALID", "VALIDATE CONSTRAINT f_new", "DROP CONSTRAINT f;", "RENAME CONSTRAINT f_new TO f"],
    );
}

#[test]
fn what_a_virtual_column_must_satisfy_is_validated_apart() {
    let text = changed(
        "CREATE TABLE t (a int);\n",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL NOT NULL CHECK (b > 0));\n",
    );
    says(
        text.clone(),
        &["ADD COLUMN b integer GENERATED ALWAYS AS ((a + 1)) VIRTUAL;", "NOT NULL b NOT VALID", "VALIDATE CONSTRAINT"],
    );
    says(text, &["CHECK ((b > 0)) NOT VALID", "VALIDATE CONSTRAINT t_b_check"]);
}

#[test]
fn a_virtual_column_gets_another_expression() {
    let table = |more: &str, by: u32| format!("CREATE TABLE t (a int{more}, b int GENERATED ALWAYS AS (a + {by}) VIRTUAL);\n");
    says(changed(&table("", 1), &table("", 2)), &["ALTER COLUMN b SET EXPRESSION AS ((a + 2))"]);
    // Where the table has a check PostgreSQL refuses that, and the column holds nothing: it is made anew.
    let check = " CHECK (a > 0)";
    says(
        changed(&table(check, 1), &table(check, 2)),
        &["DROP COLUMN b", "ADD COLUMN b integer GENERATED ALWAYS AS ((a + 2)) VIRTUAL"],
    );
}

#[test]
fn a_virtual_column_is_named_where_a_stored_one_would_keep_others_waiting() {
    if std::env::var_os("SCHEMAGEN_PG_BIN_DIR").is_some() {
        return;
    }
    let project = Project::new().with("SCHEMAGEN_ASSUME_LARGE", "1").declaring("CREATE TABLE t (a int);\n");
    project.run(&["diff"]).succeeds();
    let project = project.declaring("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a / 2) STORED);\n");
    let stored = project.run(&["diff", "--dry-run"]).succeeds();
    assert!(stored.stderr.contains("b integer GENERATED ALWAYS AS (a / 2) VIRTUAL costs nothing"), "{stored}");
    assert!(stored.stderr.contains("declared below -- schemagen: using a / 2"), "{stored}");
    // What was named is free indeed.
    let project = project.declaring("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a / 2) VIRTUAL);\n");
    let free = project.run(&["diff", "--name", "free"]).succeeds();
    assert!(!free.stderr.contains("wait"), "{free}");
    let text = project.read("migrations/002_free.sql");
    assert!(text.contains("Estimated time: under a second") && !text.contains("locks Risky"), "{text}");
}

#[test]
fn the_key_of_a_new_child_leaves_it_the_not_null_that_it_inherits() {
    let text = changed(
        "CREATE TABLE other (n int);\n",
        "CREATE TABLE other (n int);\nCREATE TABLE above (id int NOT NULL);\nCREATE TABLE below (id int DEFAULT 1) INHERITS (above);\n\
         ALTER TABLE above ADD PRIMARY KEY (id);\nALTER TABLE below ADD PRIMARY KEY (id);\n",
    );
    says(text, &["id integer DEFAULT 1 ) INHERITS (public.above)", "ADD CONSTRAINT below_pkey PRIMARY KEY (id)"]);
}

#[test]
fn a_child_names_its_own_not_null_on_a_column_that_it_inherits() {
    let text = changed(
        "CREATE TABLE other (n int);\n",
        "CREATE TABLE other (n int);\nCREATE TABLE above (id int NOT NULL);\n\
         CREATE TABLE below (CONSTRAINT there NOT NULL id, PRIMARY KEY (id)) INHERITS (above);\n",
    );
    says(text, &["( CONSTRAINT there NOT NULL id, CONSTRAINT below_pkey PRIMARY KEY (id) ) INHERITS (public.above)"]);
}
