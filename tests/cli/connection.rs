//! Databases that cannot be reached or do not let us: what is wrong and who named it, and never a password.

use std::net::TcpListener;

use crate::support::live::Live;
use crate::support::project::{Outcome, Project};

const RIGHT: &str = "correct-horse";

const PASSWORD: &str = "hunter2-Ωsecret";

/// A project with a table, for that database.
fn project(url: &str) -> Project {
    Project::new().with("DATABASE_URL", url).declaring("CREATE TABLE a (id int);\n")
}

fn without_password(outcome: &Outcome) {
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    for it in [PASSWORD, "hunter2", "%CE%A9secret"] {
        assert!(!said.contains(it), "the password is shown: {outcome}");
    }
}

/// Every command that connects fails with that, however much it is to say.
fn refuses(project: &Project, words: &[&str]) {
    for arguments in [&["diff"][..], &["diff", "-vv"], &["status", "-v"], &["apply", "--yes"], &["rollback", "--yes"]] {
        without_password(&project.refuses(arguments, 1, words));
    }
}

#[test]
fn nothing_listens_there() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
    let url = format!("postgres://u:hunter2-%CE%A9secret@127.0.0.1:{port}/x");
    let project = project(&url);
    let shown = format!("cannot reach postgres://u:***@127.0.0.1:{port}/x: connection refused");
    refuses(&project, &[&shown, "named by DATABASE_URL", "start the server, or check host and port"]);
    let project = self::project("postgres://u:hunter2@no-such-host.invalid/x");
    refuses(&project, &["cannot reach postgres://u:***@no-such-host.invalid:5432/x", "check the spelling of the host"]);
    let project = self::project("postgres://u:hunter2@h:port/x");
    refuses(&project, &["DATABASE_URL", "number of a port"]);
}

#[test]
fn what_listens_there_is_no_postgresql() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let project = Project::new().with("DATABASE_URL", &format!("postgres://u:hunter2@127.0.0.1:{port}/x"));
    without_password(&project.refuses(&["status"], 1, &["postgres://u:***@127.0.0.1", "help: "]));
}

#[test]
fn a_wrong_password() {
    let live = Live::new();
    let role = "cli_with_password";
    live.role(role, &format!("LOGIN PASSWORD '{RIGHT}'"));
    demand_password(&live, role);
    let url = |password: &str| live.url_of(role).replacen("user=", &format!("password='{password}' user="), 1);
    let project = project(&url(PASSWORD));
    let words = ["password authentication failed", "28P01", "the password in DATABASE_URL is wrong", ":***@"];
    refuses(&project, &words);
    let project = self::project(&live.url_of(role)).with("PGPASSWORD", PASSWORD);
    refuses(&project, &["the password in PGPASSWORD is wrong"]);
    let project = self::project(&live.url_of(role)).with("PGPASSFILE", "/nonexistent");
    refuses(&project, &["no password was given", "~/.pgpass"]);
    // The right one is not shown either, nor when all that is sent is.
    let project = self::project(&url(RIGHT));
    for arguments in [["diff", "-vv"], ["status", "-vv"]] {
        let outcome = project.run(&arguments).succeeds();
        assert!(!outcome.stderr.contains(RIGHT) && !outcome.stdout.contains(RIGHT), "{outcome}");
    }
}

/// Has the server ask one role for its password.
fn demand_password(live: &Live, role: &str) {
    let file: String = live.value("SELECT current_setting('hba_file')");
    let rules = std::fs::read_to_string(&file).expect("the server's rules");
    if !rules.contains(role) {
        std::fs::write(&file, format!("local all {role} scram-sha-256\n{rules}")).expect("written");
        live.on_the_server("SELECT pg_reload_conf()");
        let known = format!("SELECT EXISTS (SELECT FROM pg_hba_file_rules WHERE '{role}' = ANY (user_name))");
        assert!(live.value::<bool>(&known));
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
}

#[test]
fn a_database_or_a_role_that_is_not_there() {
    let live = Live::new();
    let project = project(&live.url_of("cli_nobody_knows"));
    refuses(&project, &["role \"cli_nobody_knows\" does not exist", "28000", "check user"]);
    let elsewhere = live.url().replace("dbname='cli_", "dbname='not_");
    refuses(&self::project(&elsewhere), &["does not exist", "3D000", "CREATE DATABASE not_"]);
}

#[test]
fn a_role_without_rights() {
    let live = Live::new();
    live.role("cli_reader", "LOGIN");
    live.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    let project = project(&live.url_of("cli_reader"));
    project.run(&["diff"]).succeeds();
    let words = [
        "permission denied for schema public",
        "42501",
        "migrations/001_create_table_a.sql:",
        "CREATE TABLE public.a",
        "nothing was changed",
        "a role that may",
    ];
    project.refuses(&["apply", "--yes"], 1, &words);
    assert!(!live.value::<bool>("SELECT EXISTS (SELECT FROM pg_class WHERE relname IN ('a', 'schema_migrations'))"));

    // A history that cannot be read must not pass for an empty one.
    let owner = live.project();
    owner.run(&["new", "x"]).succeeds();
    owner.run(&["apply", "--yes"]).succeeds();
    for arguments in [&["diff"][..], &["status"], &["apply", "--yes"], &["rollback", "--yes"]] {
        project.refuses(arguments, 1, &["the history cannot be read: permission denied", "42501"]);
    }
}

#[test]
fn a_server_that_is_newer_than_we_know() {
    let live = Live::new();
    // A server that says it is the next major: the role's search_path has it answer so.
    live.role("cli_of_tomorrow", "LOGIN SUPERUSER");
    live.run(
        "CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE sql AS \
         $$ SELECT CASE $1 WHEN 'server_version_num' THEN '190001' ELSE pg_catalog.current_setting($1) END $$; \
         ALTER ROLE cli_of_tomorrow SET search_path = public, pg_catalog",
    );
    let project = project(&live.url_of("cli_of_tomorrow"));
    refuses(&project, &["the server is PostgreSQL 19; schemagen knows 14 to 18", "look for a newer schemagen"]);
}
