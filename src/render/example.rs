//! One plan with something of everything, as its three texts.

use super::super::{Risk, Risks, migration, risks, rollback, title};
use super::*;
use crate::catalog::Id;
use crate::estimate::{Estimate, estimate};
use crate::impact::told;
use crate::kinds::{Step, Verb};
use crate::plan::Planned;
use crate::sizes::{Size, Sizes};

fn planned(verb: Verb, id: Id, group: &Id, step: Step) -> Planned {
    Planned { verb, id, group: group.clone(), step }
}

fn of_table(kind: &str, name: &str) -> Id {
    Id::new(kind, &["public", "orders", name])
}

fn up() -> Plan {
    let orders = Id::new("table", &["public", "orders"]);
    let status = Id::new("enum_type", &["public", "order_status"]);
    let tier = Id::new("table", &["public", "tier"]);
    let alter = "ALTER TABLE public.orders";
    let add = Step::clause(alter, "ADD COLUMN status public.order_status NOT NULL DEFAULT 'new'");
    let drop = Step::clause(alter, "DROP COLUMN legacy")
        .risks(Hazard::DataLoss("every value in column public.orders.legacy".to_owned()))
        .risks(Hazard::BreaksApplication("reads of public.orders.legacy fail".to_owned()));
    let check = Step::clause(alter, "ADD CONSTRAINT positive CHECK (total > 0)");
    let index = Step::new("CREATE INDEX orders_status_idx ON public.orders USING btree (status)")
        .risks(Hazard::BuildsIndex("public.orders".to_owned()));
    let steps = vec![
        planned(
            Verb::Create,
            status.clone(),
            &status,
            Step::new("CREATE TYPE public.order_status AS ENUM ('new', 'it''s | paid')"),
        ),
        planned(
            Verb::Create,
            tier.clone(),
            &tier,
            Step::new("CREATE TABLE public.tier (\n    id bigint NOT NULL,\n    name text\n)"),
        ),
        planned(
            Verb::Create,
            Id::new("index", &["public", "tier_name"]),
            &tier,
            Step::new("CREATE INDEX tier_name ON public.tier (name)"),
        ),
        planned(Verb::Drop, of_table("column", "legacy"), &orders, drop),
        planned(Verb::Create, of_table("column", "status"), &orders, add),
        planned(Verb::Create, of_table("constraint", "positive"), &orders, check),
        planned(Verb::Create, Id::new("index", &["public", "orders_status_idx"]), &orders, index),
    ];
    let mut changes: std::collections::BTreeMap<Id, Verb> = steps.iter().map(|it| (it.id.clone(), it.verb)).collect();
    changes.insert(Id::new("column", &["public", "tier", "id"]), Verb::Create);
    changes.insert(Id::new("column", &["public", "tier", "name"]), Verb::Create);
    Plan { steps, changes, ..Plan::default() }
}

fn down() -> Plan {
    let orders = Id::new("table", &["public", "orders"]);
    let tier = Id::new("table", &["public", "tier"]);
    let alter = "ALTER TABLE public.orders";
    let drop_tier = Step::new("DROP TABLE IF EXISTS public.tier").risks(Hazard::DataLoss("every row of public.tier".to_owned()));
    let status = Id::new("enum_type", &["public", "order_status"]);
    let drop_status = Step::clause(alter, "DROP COLUMN IF EXISTS status")
        .risks(Hazard::DataLoss("every value in column public.orders.status".to_owned()));
    let steps = vec![
        planned(
            Verb::Drop,
            of_table("constraint", "positive"),
            &orders,
            Step::clause(alter, "DROP CONSTRAINT IF EXISTS positive"),
        ),
        planned(Verb::Drop, of_table("column", "status"), &orders, drop_status),
        planned(Verb::Create, of_table("column", "legacy"), &orders, Step::clause(alter, "ADD COLUMN legacy text")),
        planned(Verb::Drop, tier.clone(), &tier, drop_tier),
        planned(Verb::Drop, status.clone(), &status, Step::new("DROP TYPE IF EXISTS public.order_status")),
    ];
    let changes = steps.iter().map(|it| (it.id.clone(), it.verb)).collect();
    Plan { steps, changes, ..Plan::default() }
}

fn impacts(up: &Plan, down: &Plan) -> Impacts {
    Impacts { migration: told(up), rollback: told(down) }
}

fn estimated(plan: &Plan) -> Estimate {
    let size = Size { rows: Some(22_700_000), bytes: 3_200_000_000, indexes: 1_100_000_000, ..Size::default() };
    let orders = vec!["public".to_owned(), "orders".to_owned()];
    estimate(&told(plan), true, &Sizes::given([(orders, size)]), None)
}

fn header<'a>(estimate: &'a Estimate, risks: &'a Risks) -> Header<'a> {
    Header {
        number: 5,
        title: "Add orders status",
        purpose: "Add orders status, with its index\nand a tier table",
        risks,
        estimate,
        grade: "exact".to_owned(),
        from: "4f2c91aa",
        to: "b01c77de",
        stops: &[],
        transactional: true,
        contract_of: None,
    }
}

#[test]
fn the_log_reads_as_a_reviewer_wants_it() -> Result<()> {
    let (up, down) = (up(), down());
    let estimate = estimated(&up);
    let risks = risks(&up, &down, &estimate, &[]);
    let header = header(&estimate, &risks);
    let proof = Proof {
        server: "PostgreSQL 17.11".to_owned(),
        reaches: true,
        returns: true,
        again: true,
        statements: 17,
        values: Values::default(),
        checks: Vec::new(),
        findings: vec!["column order of public.orders differs after the rollback".to_owned()],
    };
    let text = log(&Log {
        header: &header,
        up: &up,
        down: &down,
        impacts: &impacts(&up, &down),
        proof: &proof,
        date: jiff::civil::date(2026, 11, 23),
        rollback_file: "migrations/rollbacks/005_rollback.sql",
        depends_on: Some("004_create_orders"),
        notes: &["2 data statements were skipped".to_owned()],
    })?;
    insta::assert_snapshot!("log", text);
    insta::assert_snapshot!("migration", migration(&header, &up));
    insta::assert_snapshot!("rollback", rollback(&header, &down));
    Ok(())
}

#[test]
fn the_most_significant_change_gives_the_title() {
    let mut plan = up();
    assert_eq!(title(&plan), "Create enum type order_status and 5 more changes");
    plan.steps.retain(|it| it.id == of_table("column", "status"));
    assert_eq!(title(&plan), "Add orders status");
    plan.steps = up().steps.into_iter().filter(|it| it.id.path[1] == "orders").collect();
    assert_eq!(title(&plan), "Drop orders legacy and 2 more changes");
}

#[test]
fn an_empty_plan_is_safe_and_fast() {
    let plan = Plan::default();
    let estimate = estimated(&plan);
    assert_eq!(risks(&plan, &plan, &estimate, &[]).greatest(), Risk::Safe);
    assert_eq!(estimate.line(), "under a second");
}

#[test]
fn each_risk_has_its_reason() {
    let (up, down) = (up(), down());
    let risks = risks(&up, &down, &estimated(&up), &["2 rows are null".to_owned()]);
    assert_eq!(risks.greatest(), Risk::Complex);
    assert_eq!((risks.locks.risk, risks.application.risk, risks.data.risk), (Risk::Risky, Risk::Complex, Risk::Risky));
    assert_eq!(
        risks.data.reasons,
        ["it stops on live rows: 2 rows are null", "destroys every value in column public.orders.legacy"]
    );
}
