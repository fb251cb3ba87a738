//! Queries on a real PostgreSQL, a real MariaDB that the tests start themselves, and a SQLite file.

mod common;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{PASSWORD, Service, certificate, said, skipped};
use serde_json::{Value as Json, json};

/// Runs a program as somebody who is not root: databases refuse to run as root.
fn as_nobody(user: &str, program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", user, "--regid", user, "--clear-groups"]).arg(program);
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// Gives a folder with all in it to the one who runs the database.
fn hand_over(user: &str, folder: &Path) {
    if is_root() {
        let owner = format!("{user}:{user}");
        assert!(Command::new("chown").arg("-R").arg(owner).arg(folder).status().expect("chown runs").success());
    }
}

fn must(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}\n{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// A PostgreSQL of its own, with TLS and a password.
struct PostgreSql {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
    authority: PathBuf,
}

impl Drop for PostgreSql {
    fn drop(&mut self) {
        let stop = self.control(&["stop", "-m", "immediate"]).stdout(Stdio::null()).status();
        drop(stop);
    }
}

impl PostgreSql {
    /// None where it is not installed.
    fn start(test: &str) -> Option<Self> {
        let versions =
            std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path().join("bin")));
        let Some(programs) = versions.filter(|programs| programs.join("initdb").is_file()).max() else {
            skipped(&format!("{test}: PostgreSQL is not installed (package postgresql)"));
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let password = folder.path().join("password");
        std::fs::write(&password, PASSWORD).expect("the folder can be written");
        let Some((authority, _)) = certificate(folder.path()) else {
            skipped(&format!("{test}: openssl is not installed"));
            return None;
        };
        hand_over("postgres", folder.path());
        let database = Self { programs, port: free_port(), authority, folder };
        let folder = database.folder.path().display().to_string();
        let mut initdb = as_nobody("postgres", &database.programs.join("initdb"));
        must(
            initdb
                .args(["-U", "soc", "-A", "scram-sha-256", "--no-sync", "-E", "UTF8", "--locale", "C", "-D"])
                .arg(format!("{folder}/data"))
                .arg("--pwfile")
                .arg(&password),
        );
        let settings = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off -c ssl=on -c ssl_cert_file={folder}/certificate.pem \
             -c ssl_key_file={folder}/key.pem",
            database.port
        );
        must(database.control(&["start", "-w", "-s", "-o", &settings]).arg("-l").arg(format!("{folder}/log")));
        Some(database)
    }

    fn control(&self, arguments: &[&str]) -> Command {
        let mut command = as_nobody("postgres", &self.programs.join("pg_ctl"));
        command.arg("-D").arg(self.folder.path().join("data")).args(arguments);
        command
    }

    /// Runs SQL as its owner does, outside of what is tested.
    fn prepare(&self, sql: &str) {
        let mut command = Command::new(self.programs.join("psql"));
        must(
            command
                .env("PGPASSWORD", PASSWORD)
                .args(["-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "soc", "-d", "postgres", "-p"])
                .arg(self.port.to_string())
                .args(["-c", sql]),
        );
    }

    fn service(&self, change: Json, password: &str) -> Service {
        let mut options = json!({
            "driver": "postgresql", "host": "127.0.0.1", "port": self.port, "database": "postgres", "tls": "required", "ca_file": self.authority, "timeout": 5
        });
        for (name, value) in change.as_object().expect("a map") {
            options[name] = value.clone();
        }
        Service::new("sql", options, "soc", password)
    }
}

async fn rows(service: &Service, query: &str, parameters: Json) -> Json {
    let result = service.run("query", json!({"query": query, "parameters": parameters})).await;
    result.unwrap_or_else(|error| panic!("{query}: {error:?}"))["rows"].clone()
}

async fn refused(service: &Service, query: &str, parameters: Json) -> String {
    match service.run("query", json!({"query": query, "parameters": parameters})).await {
        Ok(output) => panic!("{query} gives {output}"),
        Err(error) => error.code,
    }
}

#[tokio::test]
async fn postgresql_answers_with_values_that_lose_nothing() {
    let Some(database) = PostgreSql::start("postgresql_answers_with_values_that_lose_nothing") else { return };
    let service = database.service(json!({}), PASSWORD);
    assert_eq!(service.tested().await, None);
    let one = rows(
        &service,
        "SELECT true AS b, 7::int2 AS i2, (-2147483648)::int4 AS i4, 9223372036854775807::int8 AS i8, 0.1::float4 AS f4, 1.5::float8 AS f8,
           12345678901234567890.123456789::numeric AS big, (-0.0500)::numeric AS small, 10000::numeric AS whole, 'NaN'::numeric AS nan,
           'NaN'::float8 AS f_nan, '한글'::text AS t, 'ab'::char(4) AS c, '\\x00ff10'::bytea AS bytes, '{\"a\": [1, null]}'::jsonb AS j,
           'c0ffee00-0000-4000-8000-000000000001'::uuid AS u, '2026-11-22 18:00:00.25+09'::timestamptz AS tz, '2026-11-22 18:00:00'::timestamp AS ts,
           '2026-11-22'::date AS d, '18:30:00.5'::time AS tm, '1 year 2 mons 3 days 04:05:06.7'::interval AS iv, '45.83.64.1'::inet AS ip,
           '10.0.0.0/8'::cidr AS net, ARRAY['a', NULL, 'c'] AS list, ARRAY[1.10, 2]::numeric[] AS numbers, NULL::text AS nothing",
        json!(null),
    )
    .await;
    assert_eq!(
        one,
        json!([{
            "b": true, "i2": 7, "i4": -2_147_483_648_i64, "i8": 9_223_372_036_854_775_807_i64, "f4": 0.1, "f8": 1.5,
            "big": "12345678901234567890.123456789", "small": -0.05, "whole": 10000, "nan": "NaN", "f_nan": null, "t": "한글", "c": "ab  ",
            "bytes": "AP8Q", "j": {"a": [1, null]}, "u": "c0ffee00-0000-4000-8000-000000000001", "tz": "2026-11-22T09:00:00.250Z",
            "ts": "2026-11-22T18:00:00", "d": "2026-11-22", "tm": "18:30:00.500", "iv": "P1Y2M3DT4H5M6.7S", "ip": "45.83.64.1", "net": "10.0.0.0/8",
            "list": ["a", null, "c"], "numbers": [1.1, 2], "nothing": null
        }])
    );
}

#[tokio::test]
async fn postgresql_values_are_bound_and_nothing_is_written() {
    let Some(database) = PostgreSql::start("postgresql_values_are_bound_and_nothing_is_written") else { return };
    database.prepare(
        "CREATE TABLE host (name text, ip inet, seen timestamptz, score numeric, tags text[], facts jsonb);
         INSERT INTO host VALUES ('web-01', '45.83.64.1', '2026-11-22 00:00Z', 9.5, '{a,b}', '{\"os\": \"linux\"}'), ('db-01', '10.0.0.7', NULL, 1, '{}', NULL);
         CREATE FUNCTION bump() RETURNS int LANGUAGE sql AS $$ INSERT INTO host (name) VALUES ('x') RETURNING 1 $$",
    );
    let service = database.service(json!({}), PASSWORD);
    let names = |query, parameters| rows(&service, query, parameters);
    let hostile = "'; DROP TABLE host; --";
    assert_eq!(names("SELECT name FROM host WHERE name = :name", json!({"name": hostile})).await, json!([]));
    assert_eq!(
        names(
            "SELECT name FROM host WHERE ip = :ip AND score > :least AND seen < :until::timestamptz",
            json!({"ip": "45.83.64.1", "least": 9, "until": "2026-11-23T00:00:00Z"})
        )
        .await,
        json!([{"name": "web-01"}])
    );
    assert_eq!(
        names("SELECT name FROM host WHERE name = ANY($1) ORDER BY 1", json!([["db-01", "web-01", hostile]])).await,
        json!([{"name": "db-01"}, {"name": "web-01"}])
    );
    assert_eq!(names("SELECT name FROM host WHERE facts @> :facts", json!({"facts": {"os": "linux"}})).await, json!([{"name": "web-01"}]));
    assert_eq!(
        names("SELECT $1::text IS NULL AS empty, $2::bool AS yes", json!([null, true])).await,
        json!([{"empty": true, "yes": true}])
    );

    for query in [
        "DELETE FROM host",
        "SELECT 1; DELETE FROM host",
        "SELECT bump()",
        "WITH gone AS (DELETE FROM host RETURNING 1) SELECT * FROM gone",
        "SELECT name INTO copy FROM host",
        "EXPLAIN ANALYZE DELETE FROM host",
    ] {
        assert_eq!(refused(&service, query, json!(null)).await, "SQL-STATEMENT", "{query}");
    }
    assert_eq!(names("SELECT count(*) AS n FROM host", json!(null)).await, json!([{"n": 2}]));
    assert_eq!(refused(&service, "SELECT nothing FROM host", json!(null)).await, "SQL-QUERY");
    assert_eq!(refused(&service, "SELECT $1::int", json!(["abc"])).await, "SQL-PARAMETER");
    assert_eq!(refused(&service, "SELECT point(1, 2)", json!(null)).await, "SQL-TYPE");
    assert_eq!(refused(&service, "SELECT :name", json!({"other": 1})).await, "SQL-PARAMETER");
}

#[tokio::test]
async fn postgresql_has_limits_and_refusals() {
    let Some(database) = PostgreSql::start("postgresql_has_limits_and_refusals") else { return };
    let service = database.service(json!({}), PASSWORD);
    let some = service.run("query", json!({"query": "SELECT generate_series(1, 1000000) AS n", "limit": 3})).await.expect("it answers");
    assert_eq!(some, json!({"columns": ["n"], "rows": [{"n": 1}, {"n": 2}, {"n": 3}], "truncated": true}));
    let wide =
        service.run("query", json!({"query": "SELECT repeat('x', 3000000) AS t FROM generate_series(1, 5)"})).await.expect("it answers");
    assert_eq!((wide["rows"].as_array().map(Vec::len), &wide["truncated"]), (Some(2), &json!(true)));
    let slow = database.service(json!({"timeout": 1}), PASSWORD);
    assert_eq!(refused(&slow, "SELECT pg_sleep(60)", json!(null)).await, "SQL-TIME");
    assert_eq!(database.service(json!({}), "p4ssnot").tested().await.as_deref(), Some("APP-004"));
    assert_eq!(database.service(json!({"database": "nothing"}), PASSWORD).tested().await.as_deref(), Some("APP-003"));
    assert_eq!(database.service(json!({"ca_file": ""}), PASSWORD).tested().await.as_deref(), Some("APP-011"));
    assert_eq!(database.service(json!({"tls": "none"}), PASSWORD).tested().await, None);
    assert_eq!(database.service(json!({"port": free_port()}), PASSWORD).tested().await.as_deref(), Some("APP-007"));
    assert_eq!(database.service(json!({"host": ""}), PASSWORD).tested().await.as_deref(), Some("APP-003"));
    // What the database echoes of the password is scrubbed; the helper looks at every output.
    rows(&service, "SELECT :text AS text", json!({"text": PASSWORD})).await;
}

/// A MariaDB of its own, with TLS and a password.
struct MariaDb {
    server: std::process::Child,
    port: u16,
    authority: PathBuf,
    _folder: tempfile::TempDir,
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

impl MariaDb {
    /// None where it is not installed.
    fn start(test: &str) -> Option<Self> {
        let program = Path::new("/usr/sbin/mariadbd");
        if !program.is_file() {
            skipped(&format!("{test}: MariaDB is not installed (package mariadb-server)"));
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let Some((authority, _)) = certificate(folder.path()) else {
            skipped(&format!("{test}: openssl is not installed"));
            return None;
        };
        let prepare = format!(
            "CREATE DATABASE soc;\n\
             CREATE USER soc@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n\
             GRANT ALL ON *.* TO soc@'127.0.0.1';\n\
             CREATE TABLE soc.host (name TEXT, score DECIMAL(30, 10), size BIGINT UNSIGNED, seen TIMESTAMP(3) NULL, at DATETIME, icon BLOB, facts JSON);\n\
             INSERT INTO soc.host VALUES ('웹-01', 12345678901234567890.5, 18446744073709551615, FROM_UNIXTIME(1795305600.25), '2026-11-22 09:00:00', x'00ff10', '{{}}'), ('db-01', 0.1, 2, NULL, NULL, NULL, NULL);\n"
        );
        std::fs::write(folder.path().join("prepare.sql"), prepare).expect("the folder can be written");
        hand_over("mysql", folder.path());
        let path = |name: &str| folder.path().join(name).display().to_string();
        let mut install = as_nobody("mysql", Path::new("/usr/bin/mariadb-install-db"));
        must(install.arg("--no-defaults").arg(format!("--datadir={}", path("data"))).arg("--skip-test-db"));
        let port = free_port();
        let mut server = as_nobody("mysql", program);
        server.arg("--no-defaults").arg(format!("--datadir={}", path("data"))).arg(format!("--socket={}", path("socket")));
        server.arg(format!("--port={port}")).args([
            "--bind-address=127.0.0.1",
            "--character-set-server=utf8mb4",
            "--skip-log-bin",
            "--skip-name-resolve",
        ]);
        server.arg(format!("--ssl-cert={}", path("certificate.pem"))).arg(format!("--ssl-key={}", path("key.pem")));
        server.arg(format!("--init-file={}", path("prepare.sql"))).arg(format!("--pid-file={}", path("pid")));
        let server = server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("MariaDB starts");
        let database = Self { server, port, authority, _folder: folder };
        let mut ping = Command::new("/usr/bin/mariadb-admin");
        must(
            ping.args(["--no-defaults", "-h", "127.0.0.1", "-u", "soc", "--wait=30", "status", "-P"])
                .arg(port.to_string())
                .arg(format!("-p{PASSWORD}")),
        );
        Some(database)
    }

    fn service(&self, change: Json, password: &str) -> Service {
        let mut options = json!({
            "driver": "mysql", "host": "127.0.0.1", "port": self.port, "database": "soc", "tls": "required", "ca_file": self.authority, "timeout": 5
        });
        for (name, value) in change.as_object().expect("a map") {
            options[name] = value.clone();
        }
        Service::new("sql", options, "soc", password)
    }
}

#[tokio::test]
async fn mariadb_answers_and_nothing_is_written() {
    let Some(database) = MariaDb::start("mariadb_answers_and_nothing_is_written") else { return };
    let service = database.service(json!({}), PASSWORD);
    assert_eq!(service.tested().await, None);
    let found =
        rows(&service, "SELECT * FROM host WHERE name = :name OR size < :size ORDER BY size", json!({"name": "웹-01", "size": 3})).await;
    assert_eq!(
        found,
        json!([
            {"name": "db-01", "score": 0.1, "size": 2, "seen": null, "at": null, "icon": null, "facts": null},
            {"name": "웹-01", "score": "12345678901234567890.5000000000", "size": 18_446_744_073_709_551_615_u64, "seen": "2026-11-22T00:00:00.250000Z",
             "at": "2026-11-22T09:00:00", "icon": "AP8Q", "facts": "{}"}
        ])
    );
    assert_eq!(rows(&service, "SELECT count(*) AS n FROM host WHERE name = ?", json!(["' OR 1=1 -- "])).await, json!([{"n": 0}]));
    for query in ["DELETE FROM host", "SELECT 1; DELETE FROM host", "SELECT 1 INTO OUTFILE '/tmp/x'"] {
        assert_eq!(refused(&service, query, json!(null)).await, "SQL-STATEMENT", "{query}");
    }
    assert_eq!(refused(&service, "SELECT nothing FROM host", json!(null)).await, "SQL-QUERY");
    let some = service.run("query", json!({"query": "SELECT seq AS n FROM seq_1_to_1000000", "limit": 2})).await.expect("it answers");
    assert_eq!(some, json!({"columns": ["n"], "rows": [{"n": 1}, {"n": 2}], "truncated": true}));
    let slow = database.service(json!({"timeout": 1}), PASSWORD);
    assert_eq!(refused(&slow, "SELECT count(*) FROM seq_1_to_100000 a, seq_1_to_100000 b", json!(null)).await, "SQL-TIME");
    assert_eq!(database.service(json!({}), "p4ssnot").tested().await.as_deref(), Some("APP-004"));
    assert_eq!(database.service(json!({"ca_file": ""}), PASSWORD).tested().await.as_deref(), Some("APP-011"));
    assert_eq!(database.service(json!({"database": "nothing"}), PASSWORD).tested().await.as_deref(), Some("APP-003"));
    assert_eq!(database.service(json!({"port": free_port()}), PASSWORD).tested().await.as_deref(), Some("APP-007"));
}

/// A SQLite file with a table, and a connection to it.
fn sqlite() -> (Service, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("assets.db");
    let database = rusqlite::Connection::open(&file).expect("a file");
    database
        .execute_batch(
            "CREATE TABLE host (name TEXT, score REAL, size INTEGER, icon BLOB);
             INSERT INTO host VALUES ('web-01', 9.5, 9007199254740993, x'00ff10'), ('db-01', NULL, 2, NULL)",
        )
        .expect("it is filled");
    (Service::new("sql", json!({"driver": "sqlite", "file": file, "timeout": 1}), "", ""), folder)
}

#[tokio::test]
async fn a_sqlite_file_is_read_and_not_written() {
    let (service, folder) = sqlite();
    assert_eq!(service.tested().await, None);
    let found =
        rows(&service, "SELECT * FROM host WHERE name = :name OR size = :size ORDER BY size DESC", json!({"name": "web-01", "size": 2}))
            .await;
    assert_eq!(
        found,
        json!([{"name": "web-01", "score": 9.5, "size": 9_007_199_254_740_993_i64, "icon": "AP8Q"}, {"name": "db-01", "score": null, "size": 2, "icon": null}])
    );
    assert_eq!(
        rows(&service, "SELECT name FROM host WHERE name IN (SELECT value FROM json_each(?))", json!([["db-01"]])).await,
        json!([{"name": "db-01"}])
    );
    assert_eq!(rows(&service, "SELECT count(*) AS n FROM host WHERE name = ?", json!(["' OR 1=1 --"])).await, json!([{"n": 0}]));
    for query in
        ["DELETE FROM host", "ATTACH 'x' AS y", "PRAGMA query_only = 0", "WITH x AS (SELECT 1) INSERT INTO host SELECT 'a', 1, 1, NULL"]
    {
        assert_eq!(refused(&service, query, json!(null)).await, "SQL-STATEMENT", "{query}");
    }
    assert_eq!(refused(&service, "SELECT x FROM host", json!(null)).await, "SQL-QUERY");
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    assert_eq!(refused(&service, endless, json!(null)).await, "SQL-TIME");

    let other = |file: PathBuf| Service::new("sql", json!({"driver": "sqlite", "file": file}), "", "");
    assert_eq!(other(folder.path().join("missing.db")).tested().await.as_deref(), Some("APP-003"));
    assert!(!folder.path().join("missing.db").exists());
    std::fs::write(folder.path().join("text.db"), "this is a text and no database at all").expect("a file");
    let error = other(folder.path().join("text.db")).run("query", json!({"query": "SELECT 1 FROM sqlite_schema"})).await.unwrap_err();
    assert_eq!(error.code, "APP-003", "{}", said(&error));
}
