//! Ports that are taken.

use std::net::TcpListener;

use crate::running::{consumer, run};

#[test]
fn a_port_in_use_is_one_error_that_names_its_flag_and_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let flags = ["--kinesis-port", "--otlp-port", "--url-port", "--page-port"];
    for taken in flags {
        let mut arguments = vec!["local".to_owned()];
        arguments.extend(consumer());
        for flag in flags {
            arguments.extend([flag.to_owned(), if flag == taken { port.clone() } else { "0".to_owned() }]);
        }
        let finished = run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(finished.code, Some(2), "{finished:#?}");
        let errors: Vec<_> = finished.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert!(matches!(errors[..], [error] if error.contains(taken) && error.contains(&port)), "{finished:#?}");
    }
}
