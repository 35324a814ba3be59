//! `deploy/nginx/tessera.conf`

use std::{process::Command, thread, time::Duration};

use super::{
    Setup, Stage, carries_pages_and_calls, connections_to, goes_on_when_a_node_is_killed,
    is_alone_in_numbering_requests, is_alone_in_telling_the_clients_address,
    loses_no_request_when_a_node_is_drained, refuses_in_the_portals_words_when_no_node_answers,
};
use crate::shipped;

/// nginx with that file, and a main file as a distribution's.
fn nginx(setup: &Setup<'_>) -> Command {
    let in_folder = |name: &str| setup.folder.join(name).display().to_string();
    let [first, second] = &setup.nodes;
    let (address, http) = (setup.address.to_string(), setup.http.to_string());
    let site = shipped::with(
        "nginx/tessera.conf",
        &[
            ("10.0.0.11:8080", first),
            ("10.0.0.12:8080", second),
            ("listen 443 ssl", &format!("listen {address} ssl")),
            ("    listen [::]:443 ssl http2;\n", ""),
            ("listen 80;", &format!("listen {http};")),
            ("    listen [::]:80;\n", ""),
            ("/etc/ssl/certs/portal.pem", &in_folder("portal.crt")),
            ("/etc/ssl/private/portal.key", &in_folder("portal.key")),
        ],
    );
    std::fs::write(setup.folder.join("tessera.conf"), site).unwrap();
    let spools: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {};\n", in_folder(name)))
        .collect();
    let main = format!(
        "daemon off;\npid {};\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n\
         {spools}include {};\n}}\n",
        in_folder("pid"),
        in_folder("tessera.conf")
    );
    std::fs::write(setup.folder.join("nginx.conf"), main).unwrap();
    let mut command = Command::new(shipped::program("nginx", "nginx"));
    // The main process takes its workers along at SIGTERM, not when it is killed.
    command.args(["-c", &in_folder("nginx.conf"), "-g", "master_process off;"]);
    command
}

#[test]
fn nginx_carries_pages_and_calls() {
    carries_pages_and_calls(Stage::set(nginx));
}

#[test]
fn nginx_alone_tells_the_clients_address() {
    is_alone_in_telling_the_clients_address(Stage::set(nginx));
}

#[test]
fn nginx_alone_numbers_requests() {
    is_alone_in_numbering_requests(Stage::set(nginx));
}

#[test]
fn nginx_goes_on_when_a_node_is_killed() {
    goes_on_when_a_node_is_killed(Stage::set(nginx));
}

#[test]
fn nginx_loses_no_request_when_a_node_is_drained() {
    loses_no_request_when_a_node_is_drained(Stage::set(nginx));
}

#[test]
fn nginx_keeps_no_connection_that_a_leaving_node_will_close() {
    let mut stage = Stage::set(nginx);
    let [node, _] = &mut stage.nodes.servers;
    let node = node.as_mut().unwrap();
    let port = node.portal.port();
    while connections_to(port) == 0 {
        assert_eq!(stage.visitor.get("/api/health/live").status, 200);
    }
    node.signal("TERM");
    node.wait_for_line("the load balancer is told");
    // drain_seconds is 5.
    thread::sleep(Duration::from_secs(3));
    assert_eq!(connections_to(port), 0);
}

#[test]
fn nginx_refuses_in_the_portals_words_when_no_node_answers() {
    refuses_in_the_portals_words_when_no_node_answers(Stage::set(nginx));
}
