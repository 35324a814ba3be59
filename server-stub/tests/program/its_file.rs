//! SQLite's file

use crate::installation::Installation;

#[test]
#[cfg(unix)]
fn the_database_is_for_its_user_only() {
    use std::os::unix::fs::PermissionsExt;

    let installation = Installation::new();
    let _server = installation.serve();
    for name in ["portal.db", "portal.db-wal", "portal.db-shm"] {
        let file = installation.folder().join(name);
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
