//! `Fn::Cidr`: blocks of addresses out of one.

use std::net::{Ipv4Addr, Ipv6Addr};

/// So many blocks, each with so many bits for hosts; `None` if there is no room for them.
pub(super) fn divide(block: &str, count: &str, bits: &str) -> Option<Vec<String>> {
    let (address, prefix) = block.split_once('/')?;
    let (count, bits, prefix): (u32, u32, u32) = (count.parse().ok()?, bits.parse().ok()?, prefix.parse().ok()?);
    let (base, width): (u128, u32) = match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(address), _) => (u128::from(u32::from(address)), 32),
        (_, Ok(address)) => (u128::from(address), 128),
        _ => return None,
    };
    let room = width.checked_sub(prefix)?.checked_sub(bits)?;
    if !(1..=256).contains(&count) || u128::from(count) > 1_u128.checked_shl(room).unwrap_or(u128::MAX) {
        return None;
    }
    let hosts = width - prefix;
    let base = if hosts >= 128 { 0 } else { base >> hosts << hosts };
    (0..count).map(|index| text(base.checked_add(u128::from(index).checked_shl(bits)?)?, width, width - bits)).collect()
}

fn text(address: u128, width: u32, prefix: u32) -> Option<String> {
    let address = match width {
        32 => Ipv4Addr::from(u32::try_from(address).ok()?).to_string(),
        _ => Ipv6Addr::from(address).to_string(),
    };
    Some(format!("{address}/{prefix}"))
}
