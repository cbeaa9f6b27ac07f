//! The embedded server, fetched once from Maven Central: the builds of zonky.io, 15 MB each, with all contrib extensions.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{Settings, cluster};
use crate::error::{Error, Result};

const CENTRAL: &str = "https://repo1.maven.org/maven2";

/// The folder with the programs, fetched when it is not in the cache.
pub(super) async fn fetch(settings: &Settings, major: u32) -> Result<PathBuf> {
    let settings = settings.clone();
    let fetched = tokio::task::spawn_blocking(move || fetch_now(&settings, major)).await;
    fetched.map_err(|it| Error::internal(format!("the download was broken off: {it}")))?
}

/// The folder with the programs in the cache.
pub(super) fn there(settings: &Settings, major: u32) -> Result<PathBuf> {
    cached(&cluster::cache(settings)?.join("servers"), major).map(|it| it.join("bin")).ok_or_else(|| {
        Error::new(format!("there is no PostgreSQL {major} server on this machine")).help(
            "schemagen diff fetches one; or install it, name its folder with SCHEMAGEN_PG_BIN_DIR, or a server with --shadow-url",
        )
    })
}

fn fetch_now(settings: &Settings, major: u32) -> Result<PathBuf> {
    let cache = cluster::cache(settings)?.join("servers");
    make(&cache)?;
    let _alone = cluster::locked(&cache.join(format!("{major}.lock")))?;
    if let Some(there) = cached(&cache, major) {
        return Ok(there.join("bin"));
    }
    let platform = platform()?;
    let base = settings.mirror.as_deref().unwrap_or(CENTRAL).trim_end_matches('/').to_owned();
    let artifact = format!("embedded-postgres-binaries-{platform}");
    let root = format!("{base}/io/zonky/test/postgres/{artifact}");
    let ways_out = "set [shadow] mirror to a Maven mirror you can reach, name installed binaries with SCHEMAGEN_PG_BIN_DIR, or a server \
                    with --shadow-url";
    let version = newest(&root, major).map_err(|it| it.within(format!("fetching PostgreSQL {major}")).help(ways_out))?;
    let url = format!("{root}/{version}/{artifact}-{version}.jar");
    let jar =
        download(&url, &format!("PostgreSQL {version}")).map_err(|it| it.within(format!("fetching {url}")).help(ways_out))?;
    verify(&url, &jar).map_err(|it| it.help(ways_out))?;
    let folder = cache.join(&version);
    let partial = tempfile::Builder::new().prefix("partial-").tempdir_in(&cache)?;
    unpack(&jar, partial.path()).map_err(|it| it.within(format!("unpacking {url}")))?;
    readable(partial.path())?;
    fs::rename(partial.keep(), &folder).map_err(|it| Error::new(format!("{}: {it}", folder.display())))?;
    Ok(folder.join("bin"))
}

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|it| {
        Error::new(format!("the cache {} cannot be made: {it}", folder.display()))
            .help("name another with SCHEMAGEN_CACHE_DIR or [shadow] cache")
    })
}

/// The newest version of that major in the cache.
fn cached(cache: &Path, major: u32) -> Option<PathBuf> {
    let entries = fs::read_dir(cache).ok()?.filter_map(|it| it.ok().map(|it| it.path()));
    entries
        .filter(|it| numbers(it.file_name().and_then(|it| it.to_str()).unwrap_or_default()).first() == Some(&major))
        .filter(|it| it.join("bin/postgres").is_file())
        .max_by_key(|it| numbers(&it.to_string_lossy()))
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|it| it.parse().ok()).collect()
}

/// What zonky calls this machine.
fn platform() -> Result<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("linux-amd64"),
        ("linux", "aarch64") => Ok("linux-arm64v8"),
        ("macos", "x86_64") => Ok("darwin-amd64"),
        ("macos", "aarch64") => Ok("darwin-arm64v8"),
        (os, machine) => Err(Error::new(format!("there is no embedded PostgreSQL for {os} on {machine}"))
            .help("install PostgreSQL and name its folder with SCHEMAGEN_PG_BIN_DIR, or a server with --shadow-url")),
    }
}

/// The newest version of that major that the repository lists for this machine.
fn newest(root: &str, major: u32) -> Result<String> {
    let listing = String::from_utf8_lossy(&get(&format!("{root}/maven-metadata.xml"))?).into_owned();
    let versions = listing.split("<version>").skip(1).filter_map(|it| it.split_once("</version>")).map(|it| it.0.trim());
    let newest = versions.filter(|it| numbers(it).first() == Some(&major)).max_by_key(|it| numbers(it));
    newest.map(str::to_owned).ok_or_else(|| Error::new(format!("the repository lists no build of PostgreSQL {major}")))
}

/// A client that trusts what the machine trusts: companies have certificates of their own.
fn agent() -> ureq::Agent {
    let tls = ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build();
    ureq::Agent::config_builder().tls_config(tls).build().new_agent()
}

fn get(url: &str) -> Result<Vec<u8>> {
    let mut response = agent().get(url).call().map_err(|it| Error::new(it.to_string()))?;
    response.body_mut().with_config().limit(1 << 30).read_to_vec().map_err(|it| Error::new(it.to_string()))
}

/// The bytes of a file, with a bar on a terminal.
fn download(url: &str, what: &str) -> Result<Vec<u8>> {
    let mut response = agent().get(url).call().map_err(|it| Error::new(it.to_string()))?;
    let length = response.headers().get("content-length").and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
    let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    if let Ok(style) = ProgressStyle::with_template("  Fetching {msg} {bar:30} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    let mut bytes = Vec::new();
    bar.wrap_read(response.body_mut().with_config().limit(1 << 30).reader()).read_to_end(&mut bytes)?;
    bar.finish_and_clear();
    Ok(bytes)
}

/// Compares with the checksum beside the archive.
fn verify(url: &str, jar: &[u8]) -> Result<()> {
    let hex = |bytes: &[u8]| bytes.iter().map(|it| format!("{it:02x}")).collect::<String>();
    let (expected, actual) = match get(&format!("{url}.sha256")) {
        Ok(sum) => (sum, hex(&Sha256::digest(jar))),
        Err(_) => (get(&format!("{url}.sha1")).map_err(|it| it.within("the archive's checksum"))?, hex(&Sha1::digest(jar))),
    };
    let expected = String::from_utf8_lossy(&expected).split_whitespace().next().unwrap_or_default().to_lowercase();
    if expected == actual {
        return Ok(());
    }
    Err(Error::new(format!("the archive from {url} is damaged: its checksum is {actual}, not {expected}")))
}

/// The jar holds one .txz, which holds the installation.
fn unpack(jar: &[u8], folder: &Path) -> Result<()> {
    let broken = |it: &dyn std::fmt::Display| Error::new(format!("the archive cannot be read: {it}"));
    let mut archive = zip::ZipArchive::new(io::Cursor::new(jar)).map_err(|it| broken(&it))?;
    let name = archive.file_names().find(|it| it.ends_with(".txz")).map(str::to_owned).ok_or_else(|| broken(&"no .txz in it"))?;
    let inner = archive.by_name(&name).map_err(|it| broken(&it))?;
    tar::Archive::new(liblzma::read::XzDecoder::new(inner)).unpack(folder)?;
    File::create(folder.join(".schemagen"))?.write_all(b"fetched by schemagen\n")?;
    Ok(())
}

/// Lets the unprivileged user that runs the server read what root unpacked.
fn readable(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    Ok(())
}
