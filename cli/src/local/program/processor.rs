//! For which processor an executable is.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// What the first bytes of a file say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Executable {
    /// An ELF file, which Linux runs, and its processor's name in AWS's words, where it has one.
    Elf(&'static str),
    /// A zip archive.
    Zip,
    /// A script, a Mach-O file, or anything else.
    Other,
}

pub(super) fn look_at(path: &Path) -> io::Result<Executable> {
    let mut head = Vec::with_capacity(20);
    File::open(path)?.take(20).read_to_end(&mut head)?;
    Ok(executable(&head))
}

/// By <https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html>: `e_ident[EI_DATA]` and `e_machine`.
fn executable(head: &[u8]) -> Executable {
    match head {
        [0x7f, b'E', b'L', b'F', _, data, .., low, high] if head.len() == 20 => {
            let machine = if *data == 2 { [*high, *low] } else { [*low, *high] };
            Executable::Elf(match u16::from_le_bytes(machine) {
                0x3e => "x86_64",
                0xb7 => "arm64",
                0x03 => "x86",
                0x28 => "arm",
                0xf3 => "riscv",
                _ => "another processor",
            })
        }
        [b'P', b'K', 3 | 5, ..] => Executable::Zip,
        _ => Executable::Other,
    }
}

/// This machine's processor, in AWS's words.
pub(crate) fn of_this_machine() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    }
}

/// Whether this machine runs it; otherwise what it is for.
pub(super) fn foreign(executable: &Executable, machine: &str, system: &str) -> Option<String> {
    match executable {
        Executable::Elf(of) if system != "linux" => Some(format!("Linux on {of}")),
        Executable::Elf(of) if *of != machine => Some((*of).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf(data: u8, machine: [u8; 2]) -> Vec<u8> {
        let mut head = vec![0x7f, b'E', b'L', b'F', 2, data];
        head.resize(18, 0);
        head.extend(machine);
        head
    }

    #[test]
    fn an_executable_is_for_the_processor_that_its_head_names() {
        let table = [
            (elf(1, [0x3e, 0]), Executable::Elf("x86_64")),
            (elf(1, [0xb7, 0]), Executable::Elf("arm64")),
            (elf(2, [0, 0xb7]), Executable::Elf("arm64")),
            (elf(1, [0xff, 0xff]), Executable::Elf("another processor")),
            (elf(1, [0xb7, 0])[..19].to_vec(), Executable::Other),
            (b"PK\x03\x04".to_vec(), Executable::Zip),
            (b"#!/bin/sh".to_vec(), Executable::Other),
            (Vec::new(), Executable::Other),
        ];
        for (head, expected) in table {
            assert_eq!(executable(&head), expected, "{head:?}");
        }
    }

    #[test]
    fn what_another_processor_or_system_runs_is_foreign() {
        let (arm, script) = (Executable::Elf("arm64"), Executable::Other);
        assert_eq!(foreign(&arm, "arm64", "linux"), None);
        assert_eq!(foreign(&arm, "x86_64", "linux").as_deref(), Some("arm64"));
        assert_eq!(foreign(&arm, "arm64", "macos").as_deref(), Some("Linux on arm64"));
        assert_eq!(foreign(&script, "arm64", "macos"), None);
    }
}
