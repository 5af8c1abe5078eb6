//! Schedulers whose machines disagree about the time: a library that is loaded before all others moves the
//! clock of a process, and nothing else.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

/// How far the two schedulers' clocks are from ours, in seconds: ten minutes apart.
const SECONDS: [(&str, &str, &str); 2] =
    [("scheduler-0", "-300", "America/St_Johns"), ("scheduler-1", "300", "Pacific/Kiritimati")];

/// The wall clock, moved by `CHAOS_SKEW_S` seconds; clocks that only go forward stay as they are.
const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *at) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int status = real(id, at);
  const char *skew = getenv("CHAOS_SKEW_S");
  if (status == 0 && id == CLOCK_REALTIME && skew) at->tv_sec += atol(skew);
  return status;
}
"#;

/// What each scheduler has in its environment. Without a C compiler, or where libraries are loaded in another way,
/// only the time zones differ.
pub async fn clocks(folder: &Path) -> BTreeMap<&'static str, Vec<(String, String)>> {
    let library = build(folder).await;
    SECONDS
        .into_iter()
        .map(|(name, seconds, zone)| {
            let mut settings = vec![("TZ".to_owned(), zone.to_owned())];
            if let Some(library) = &library {
                settings.push(("LD_PRELOAD".to_owned(), library.clone()));
                settings.push(("CHAOS_SKEW_S".to_owned(), seconds.to_owned()));
            }
            (name, settings)
        })
        .collect()
}

async fn build(folder: &Path) -> Option<String> {
    let (source, library) = (folder.join("skew.c"), folder.join("skew.so"));
    tokio::fs::write(&source, SOURCE).await.ok()?;
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .ok()?;
    (built.success() && cfg!(target_os = "linux")).then(|| library.display().to_string())
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "the machine's clock is what is compared")]
    async fn a_clock_is_moved() {
        let folder = std::env::temp_dir().join(format!("skypanel-skew-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let clocks = clocks(&folder).await;
        for (name, seconds, _) in SECONDS {
            let output = Command::new("date").arg("+%s").envs(clocks[name].iter().cloned()).output().await.unwrap();
            let said: i64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
            let ahead = said - i64::try_from(now).unwrap();
            assert!((ahead - seconds.parse::<i64>().unwrap()).abs() <= 2, "{name} is {ahead} s ahead");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
