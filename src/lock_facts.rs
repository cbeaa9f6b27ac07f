//! Measured facts the rules must reproduce: statement, locks by relation, work.

use super::*;

const FACTS: &[(&str, &str, Work)] = &[
    ("create table s.n(id bigint primary key, v text)", "", Work::Catalog),
    ("create table s.n(id bigint primary key, p_id bigint references s.p)", "s.p:SRX", Work::Catalog),
    ("create table s.pt3 partition of s.pt for values from (2000) to (3000)", "s.pt:AX", Work::Catalog),
    ("create table s.n () inherits (s.p)", "s.p:SUX", Work::Catalog),
    ("drop table s.nofk", "s.nofk:AX", Work::Catalog),
    ("alter table s.nofk rename to nofk2", "s.nofk:AX", Work::Catalog),
    ("alter table s.t set schema s2", "s.t:AX", Work::Catalog),
    ("alter table s.t owner to r1", "s.t:AX", Work::Catalog),
    ("alter table s.nofk set unlogged", "s.nofk:AX", Work::Rewrite),
    ("alter table s.t set (fillfactor=80)", "s.t:SUX", Work::Catalog),
    ("alter table s.t reset (autovacuum_vacuum_scale_factor)", "s.t:SUX", Work::Catalog),
    ("alter table s.t set (user_catalog_table=true)", "s.t:AX", Work::Catalog),
    ("alter table s.t cluster on t_a_idx", "s.t:SUX", Work::Catalog),
    ("alter table s.t replica identity full", "s.t:AX", Work::Catalog),
    ("alter table s.ni inherit s.p", "s.ni:AX s.p:SUX", Work::Catalog),
    ("comment on table s.t is 'x'", "s.t:SUX", Work::Catalog),
    ("comment on column s.t.a is 'x'", "the table of s.t.a:SUX", Work::Catalog),
    ("grant select on s.t to r1", "", Work::Catalog),
    ("create statistics s.st on a,b from s.t", "s.t:SUX", Work::Catalog),
    ("create rule rr as on update to s.t do also nothing", "s.t:AX", Work::Catalog),
    ("alter table s.t add column z int not null default 5", "s.t:AX", Work::Catalog),
    ("alter table s.t add column z bigint generated always as identity", "s.t:AX", Work::Rewrite),
    ("alter table s.t add column z int generated always as (a+1) stored", "s.t:AX", Work::Rewrite),
    ("alter table s.t add column z int check(z>0)", "s.t:AX", Work::Scan),
    ("alter table s.t add column z bigint references s.p(id)", "s.t:AX s.p:SRX", Work::Catalog),
    ("alter table s.t add column z bigint unique", "s.t:AX", Work::Build),
    ("alter table s.t drop column a", "s.t:AX", Work::Catalog),
    ("alter table s.t alter column a set default 7", "s.t:AX", Work::Catalog),
    ("alter table s.t alter column a set not null", "s.t:AX", Work::Scan),
    ("alter table s.t alter column g drop not null", "s.t:AX", Work::Catalog),
    ("alter table s.t alter column a set statistics 500", "s.t:SUX", Work::Catalog),
    ("alter table s.t alter column c set storage external", "s.t:AX", Work::Catalog),
    ("alter table s.t alter column a set (n_distinct=5)", "s.t:SUX", Work::Catalog),
    ("alter table s.t alter column gs set expression as (g*3)", "s.t:AX", Work::Rewrite),
    ("alter table s.t add constraint ck check(a>0)", "s.t:AX", Work::Scan),
    ("alter table s.t add constraint ck check(a is not null) not valid", "s.t:AX", Work::Catalog),
    ("alter table s.t validate constraint ck", "s.t:SUX", Work::Scan),
    ("alter table s.t add constraint u unique(a)", "s.t:AX", Work::Build),
    ("alter table s.t add constraint u unique using index ui", "s.t:AX", Work::Catalog),
    ("alter table s.t add constraint tfk foreign key(r_id) references s.p", "s.t:SRX s.p:SRX", Work::Scan),
    ("alter table s.t add constraint tfk foreign key(r_id) references s.p not valid", "s.t:SRX s.p:SRX", Work::Catalog),
    ("alter table s.t add constraint nn not null a", "s.t:AX", Work::Scan),
    ("create unique index i on s.t(h)", "s.t:S", Work::Build),
    ("create index concurrently i on s.t(h)", "s.t:SUX", Work::Build),
    ("create index i on only s.pt(v)", "s.pt:S", Work::Catalog),
    ("drop index s.t_a_idx", "the table of s.t_a_idx:AX", Work::Catalog),
    ("drop index concurrently s.t_a_idx", "the table of s.t_a_idx:SUX", Work::Catalog),
    ("alter index s.t_a_idx rename to zz", "s.t_a_idx:SUX", Work::Catalog),
    ("alter index s.i attach partition s.i1", "s.i1:AX", Work::Catalog),
    ("alter type s.mood add value 'meh'", "", Work::Catalog),
    ("alter domain s.dused add constraint dc check(value>=0)", "every table that uses s.dused:S", Work::Scan),
    ("alter domain s.dused add constraint dc check(value>=0) not valid", "", Work::Catalog),
    ("create or replace view s.v1 as select id,h,a from s.t", "s.v1:AX", Work::Catalog),
    ("create materialized view s.mv2 as select id from s.t", "", Work::Query),
    ("create materialized view s.mv2 as select id from s.t with no data", "", Work::Catalog),
    ("create or replace function s.fn(a int) returns int language sql as 'select a-1'", "", Work::Catalog),
    ("create trigger t2 before update on s.t for each row execute function s.tg()", "s.t:SRX", Work::Catalog),
    ("drop trigger trg on s.t", "s.t:AX", Work::Catalog),
    ("alter table s.t disable trigger trg", "s.t:SRX", Work::Catalog),
    ("create policy p2 on s.t using (true)", "s.t:AX", Work::Catalog),
    ("alter table s.t enable row level security", "s.t:AX", Work::Catalog),
    ("alter sequence s.sq increment by 2", "s.sq:SRX", Work::Catalog),
    ("alter sequence s.sq rename to q9", "s.sq:AX", Work::Catalog),
    ("alter table s.pt attach partition s.newp4 for values from (2000) to (3000)", "s.pt:SUX s.newp4:AX", Work::Scan),
    ("alter table s.pt detach partition s.pt2", "s.pt:AX s.pt2:AX", Work::Catalog),
    ("alter table s.t alter a set statistics 100, add column zz int", "s.t:AX", Work::Catalog),
];

fn letters(mode: Mode) -> &'static str {
    match mode {
        Mode::AccessShare => "AS",
        Mode::RowShare => "RS",
        Mode::RowExclusive => "RX",
        Mode::ShareUpdateExclusive => "SUX",
        Mode::Share => "S",
        Mode::ShareRowExclusive => "SRX",
        Mode::Exclusive => "X",
        Mode::AccessExclusive => "AX",
    }
}

#[test]
fn the_rules_reproduce_what_was_measured() {
    let mut wrong = Vec::new();
    for (sql, locks, work) in FACTS {
        let impact = told(sql);
        let locks_told = impact.locks.iter().map(|it| format!("{}:{}", it.on, letters(it.mode))).collect::<Vec<_>>().join(" ");
        if locks_told != *locks || impact.work != *work {
            wrong.push(format!("{sql}\n  measured {locks} {work:?}\n  told     {locks_told} {:?}", impact.work));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_statement_creates_is_told_by_name() {
    assert_eq!(told("CREATE UNLOGGED TABLE \"A b\".c (id int)").creates.as_deref(), Some("\"A b\".c"));
    assert_eq!(told("CREATE VIEW s.v AS SELECT 1").creates.as_deref(), Some("s.v"));
}
