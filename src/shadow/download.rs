//! PostgreSQL's programs from Maven Central: the builds of zonky's embedded-postgres-binaries, 15 MB each, with the
//! extensions of contrib. Fetched once, verified, kept.

use std::fs::File;
use std::io::{BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::cache::Cache;
use super::{Settings, Stop};
use crate::error::{Error, Result};

/// The build of each major version.
const VERSIONS: &[(u32, &str)] = &[(14, "14.24.0"), (15, "15.19.0"), (16, "16.15.0"), (17, "17.11.0"), (18, "18.6.0")];

const CENTRAL: &str = "https://repo1.maven.org/maven2";

/// The `bin` folder of a major version, downloaded unless it is in the cache.
pub(super) fn fetch(settings: &Settings, major: u32, cache: &Cache, stop: &Stop) -> Result<PathBuf> {
    let Some((_, version)) = VERSIONS.iter().find(|it| it.0 == major) else {
        return Err(Error::new(format!("there are no binaries of PostgreSQL {major} to download")).help(OTHERWISE));
    };
    let artifact = format!("embedded-postgres-binaries-{}", platform()?);
    let mirror = settings.mirror.as_deref().unwrap_or(CENTRAL).trim_end_matches('/');
    let url = format!("{mirror}/io/zonky/test/postgres/{artifact}/{version}/{artifact}-{version}.jar");
    let folder = cache.once(&format!("postgres-{version}-{}", platform()?), |folder| {
        let mut archive = tempfile::tempfile_in(&cache.folder)?;
        let agent = agent();
        let digest = download(&agent, &url, &mut archive, stop)?;
        verify(&agent, &url, &digest)?;
        archive.rewind()?;
        unpack(archive, folder)
    });
    Ok(folder.map_err(|it| if it.help.is_some() { it } else { it.help(OTHERWISE) })?.join("bin"))
}

const OTHERWISE: &str = "the shadow needs a PostgreSQL server, in any of these ways:\n\
    1. install PostgreSQL of the same major version (it is found in the usual places)\n\
    2. [shadow] bin_dir (or SCHEMAGEN_PG_BIN_DIR): the bin folder of a PostgreSQL\n\
    3. [shadow] mirror: a mirror of Maven Central that this machine reaches\n\
    4. [shadow] url: a development server where scratch databases may be created";

/// The part of the artifact's name that stands for this machine.
fn platform() -> Result<&'static str> {
    let is_musl = Path::new("/etc/alpine-release").exists();
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") if is_musl => Ok("linux-amd64-alpine"),
        ("linux", "x86_64") => Ok("linux-amd64"),
        ("linux", "aarch64") if is_musl => Ok("linux-arm64v8-alpine"),
        ("linux", "aarch64") => Ok("linux-arm64v8"),
        ("macos", "x86_64") => Ok("darwin-amd64"),
        ("macos", "aarch64") => Ok("darwin-arm64v8"),
        (system, machine) => {
            Err(Error::new(format!("there are no binaries to download for {system} on {machine}")).help(OTHERWISE))
        }
    }
}

/// Trusts what the system trusts: a company may stand between with its own authority.
fn agent() -> ureq::Agent {
    let native = rustls_native_certs::load_native_certs().certs;
    let certificates: Vec<Certificate<'static>> = native.iter().map(|it| Certificate::from_der(it).to_owned()).collect();
    let roots = if certificates.is_empty() { RootCerts::WebPki } else { RootCerts::new_with_certs(&certificates) };
    let tls = TlsConfig::builder().root_certs(roots).build();
    let timeout = Some(Duration::from_secs(30));
    ureq::Agent::config_builder().tls_config(tls).timeout_connect(timeout).timeout_recv_response(timeout).build().into()
}

/// Fetches a file. Returns its SHA-256 in hexadecimal.
fn download(agent: &ureq::Agent, url: &str, to: &mut File, stop: &Stop) -> Result<String> {
    let failed = |it: String| Error::new(format!("cannot download {url}: {it}"));
    let body = agent.get(url).call().map_err(|it| failed(it.to_string()))?.into_body();
    let bar = ProgressBar::new(body.content_length().unwrap_or_default()); // drawn on stderr, and only on a terminal
    if let Ok(style) = ProgressStyle::with_template("downloading PostgreSQL {wide_bar} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    let mut reader = body.into_reader();
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        stop.check()?;
        let length = reader.read(&mut buffer).map_err(|it| failed(it.to_string()))?;
        if length == 0 {
            break;
        }
        to.write_all(&buffer[..length])?;
        hash.update(&buffer[..length]);
        bar.inc(length as u64);
    }
    bar.finish_and_clear();
    Ok(hash.finalize().iter().map(|it| format!("{it:02x}")).collect())
}

/// Compares with the checksum that the repository keeps beside the file.
fn verify(agent: &ureq::Agent, url: &str, digest: &str) -> Result<()> {
    let url = format!("{url}.sha256");
    let response = agent.get(&url).call().map_err(|it| Error::new(format!("cannot verify the download: {url}: {it}")))?;
    let text =
        response.into_body().read_to_string().map_err(|it| Error::new(format!("cannot verify the download: {url}: {it}")))?;
    let expected = text.split_whitespace().next().unwrap_or_default();
    if expected.eq_ignore_ascii_case(digest) {
        return Ok(());
    }
    Err(Error::new("the download of PostgreSQL is damaged or not genuine")
        .note(format!("its SHA-256 is {digest}, {url} says {expected}"))
        .help("try again; if it stays so, ask whoever runs the mirror or the proxy"))
}

/// Unpacks the `.txz` inside the `.jar`.
fn unpack(archive: File, folder: &Path) -> Result<()> {
    let damaged = |it: String| Error::new(format!("cannot unpack the download of PostgreSQL: {it}"));
    let mut archive = zip::ZipArchive::new(BufReader::new(archive)).map_err(|it| damaged(it.to_string()))?;
    let name = archive.file_names().find(|it| it.ends_with(".txz")).map(str::to_owned);
    let name = name.ok_or_else(|| damaged("there is no .txz in it".to_owned()))?;
    let inner = archive.by_name(&name).map_err(|it| damaged(it.to_string()))?;
    let mut tar = tar::Archive::new(liblzma::read::XzDecoder::new(inner));
    tar.unpack(folder).map_err(|it| damaged(it.to_string()))
}
