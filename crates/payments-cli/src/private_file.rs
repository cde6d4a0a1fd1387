//! Files that only the user can read, replaced in one step.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

/// Writes a file that is complete or unchanged, even if the machine stops. An existing file keeps its permissions, and a link
/// to a file stays one.
pub(crate) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let unfinished = path.with_extension(format!("{}.new", std::process::id()));
    let written = new_file(&unfinished).and_then(|mut file| {
        if let Ok(old) = fs::metadata(path) {
            file.set_permissions(old.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&unfinished, path));
    if renamed.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    renamed?;
    sync_folder(folder.unwrap_or(Path::new(".")))
}

/// As [`write`], for a file that must not exist: one that does stays as it is, and the error is
/// [`AlreadyExists`](std::io::ErrorKind::AlreadyExists).
pub(crate) fn create(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let mut unfinished = tempfile::NamedTempFile::new_in(folder)?;
    unfinished.write_all(text.as_bytes())?;
    unfinished.as_file().sync_all()?;
    let made = unfinished.persist_noclobber(path);
    made.map_err(|failed| failed.error)?;
    sync_folder(folder)
}

fn new_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}
