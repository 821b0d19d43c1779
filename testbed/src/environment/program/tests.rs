use super::*;

const X86_64: Machine = Machine { system: "linux", processor: "x86_64" };
const MAC: Machine = Machine { system: "macos", processor: "aarch64" };

fn elf(machine: u8) -> Vec<u8> {
    let mut head = vec![0; 64];
    head[..6].copy_from_slice(b"\x7fELF\x02\x01");
    head[18] = machine;
    head
}

#[test]
fn what_will_not_start_is_told_with_the_way_out() {
    let table = [
        (elf(62), X86_64, None),
        (elf(8), X86_64, Some("was built for a processor that ELF numbers 8, and this machine has x86_64: build it")),
        (elf(62), MAC, Some("was built for Linux on x86_64, and this machine has macos: build it for this system")),
        (b"\xcf\xfa\xed\xfe".to_vec(), MAC, None),
        (b"#!/bin/sh\necho".to_vec(), X86_64, None),
        (b"#! /bin/sh -e".to_vec(), X86_64, None),
        (b"#!/no/such/python3\r\n".to_vec(), X86_64, Some("/no/such/python3\\r, which is not here")),
        (b"echo".to_vec(), X86_64, Some("is not a program")),
        (Vec::new(), X86_64, Some("is not a program")),
    ];
    for (head, here, expected) in table {
        let said = judge(&head, here).err().map(|error| error.to_string());
        let is_as_expected = match expected {
            Some(expected) => said.as_deref().is_some_and(|said| said.contains(expected)),
            None => said.is_none(),
        };
        assert!(is_as_expected, "{said:?}, not {expected:?}");
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_program_for_arm64_is_refused_unless_the_system_emulates_it() {
    let judged = judge(&elf(183), Machine::HERE);
    if Path::new("/proc/sys/fs/binfmt_misc/qemu-aarch64").exists() {
        return assert!(judged.is_ok());
    }
    let error = judged.unwrap_err().to_string();
    assert!(error.contains("was built for aarch64") && error.contains("cargo lambda build --x86-64"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_program_is_found_by_its_path_or_in_the_folders_of_path() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str, mode| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    };
    let (program, plain) = (file("program", "#!/bin/sh", 0o755), file("plain", "#!/bin/sh", 0o644));
    let path = folder.path().as_os_str();
    assert_eq!(find(&program, OsStr::new(""), None).unwrap(), program);
    assert_eq!(find(Path::new("program"), path, Some(Path::new("/"))).unwrap(), program);
    let table = [
        (Path::new("program"), OsStr::new("/nowhere"), None, "no folder of PATH has it"),
        (Path::new("plain"), path, None, "no folder of PATH has it"),
        (&plain, path, None, "is not executable: chmod +x"),
        (folder.path(), path, None, "is not a file"),
        (Path::new("/no/such/bootstrap"), path, None, "there is no such file"),
        (&program, path, Some(Path::new("/no/such/folder")), "working directory /no/such/folder is not there"),
    ];
    for (program, path, directory, expected) in table {
        let error = find(program, path, directory).unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?}, not {expected:?}");
    }
}
