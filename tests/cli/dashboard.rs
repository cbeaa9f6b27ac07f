//! The page: what stands on it, and who may see it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::support::live::Live;
use crate::support::project::Project;

/// A table whose name would be markup if nobody saw to it.
const HOSTILE: &str = "CREATE TABLE \"<script>alert(1)</script>\" (id bigint); \
     ALTER TABLE \"<script>alert(1)</script>\" ADD CONSTRAINT \"<b>\" CHECK (id > 0) NOT VALID";

fn project(live: &Live) -> Project {
    let project = live.project().declaring("CREATE TABLE users (id bigint PRIMARY KEY);\n");
    project.write("schemagen.toml", "[health]\nignore = [\"settings:*\"]\n");
    project.run(&["diff"]).succeeds();
    project.run(&["apply", "--yes"]).succeeds();
    live.run(HOSTILE);
    live.run("ANALYZE");
    project
}

#[test]
fn a_page_holds_health_migrations_and_tables_and_no_markup_of_others() {
    let live = Live::new();
    let project = project(&live);
    let outcome = project.run(&["dashboard", "--output", "out/page.html"]).succeeds();
    assert_eq!(outcome.stdout.trim(), "out/page.html");
    let page = project.read("out/page.html");
    for words in [
        "<title>warning",
        "is NOT VALID: rows from before it may break it",
        "<td>001</td><td class=\"level applied\">applied</td>",
        "<code>public.users</code>",
        "pg_stat_statements is not there to ask",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(!page.contains("http-equiv"), "a file does not change: {page}");
}

/// The program, serving, and where.
fn serving(project: &Project) -> (Child, String) {
    let mut command = project.command(&["dashboard", "--serve", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("its output")).read_line(&mut line).expect("a line");
    (child, line.trim().trim_start_matches("http://").to_owned())
}

/// The answer with its headers.
fn ask(address: &str, request: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn a_served_page_is_measured_anew_and_for_this_machine_only() {
    let live = Live::new();
    let project = project(&live);
    let (mut child, address) = serving(&project);
    let page = ask(&address, "GET /", &address);
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.to_lowercase().contains("content-security-policy: default-src 'none'"), "{page}");
    assert!(page.contains("http-equiv=\"refresh\""), "{page}");
    assert!(!page.contains("<script"), "{page}");
    live.run("ALTER TABLE users ADD CONSTRAINT later CHECK (id > 0) NOT VALID");
    std::thread::sleep(std::time::Duration::from_secs(3));
    let report = ask(&address, "GET /health.json", "localhost");
    assert!(report.contains("\"public.users.later\""), "{report}");
    let metrics = ask(&address, "GET /metrics", "localhost");
    for line in [
        "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8",
        "schemagen_findings{probe=\"constraints\",level=\"warning\"} 2",
        "schemagen_unknown{probe=\"locks\"} 0",
        "# TYPE schemagen_connections gauge",
    ] {
        assert!(metrics.lines().any(|it| it == line), "{line}\n{metrics}");
    }
    assert!(ask(&address, "GET /metrics", "evil.example").starts_with("HTTP/1.1 403"));
    assert!(ask(&address, "GET /", "evil.example").starts_with("HTTP/1.1 403"), "a name that somebody else points here");
    assert!(ask(&address, "POST /", &address).starts_with("HTTP/1.1 405"));
    assert!(ask(&address, "GET /schemagen.toml", &address).starts_with("HTTP/1.1 404"));
    child.kill().expect("it is there");
    child.wait().expect("it is gone");
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let live = Live::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let project = live.project();
    project.refuses(&["dashboard", "--serve", &address], 1, &["cannot listen on 127.0.0.1:", "name another address"]);
    project.refuses(&["dashboard", "--database-url", ""], 1, &["no database is given"]);
    project.refuses(&["dashboard", "--serve", "nowhere"], 64, &["invalid"]);
}
