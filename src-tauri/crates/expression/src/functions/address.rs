//! Addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::conversion::ipv4_of;
use super::{Definition, Family, Form, p, x};
use crate::compare::parse_address;
use crate::machine::{Call, Outcome};
use crate::{Kinds, Value};

const ADDRESS: Kinds = Kinds::STRING.or(Kinds::IP);

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Address, "ip2int", "ip2int(address) → int", Form::Plain(to_int))
        .takes(&[p("address", ADDRESS)])
        .gives(Kinds::INT)
        .says("IPv4 주소를 부호 있는 32비트 정수로.", "An IPv4 address as a signed 32-bit number.")
        .examples(&[x("ip2int(\"203.0.113.9\")", "-889163511"), x("ip2int(\"::1\")", "null")]),
    Definition::new(Family::Address, "ip2long", "ip2long(address) → long", Form::Plain(to_long))
        .takes(&[p("address", ADDRESS)])
        .gives(Kinds::INT)
        .says("IPv4 주소를 부호 없는 정수로.", "An IPv4 address as an unsigned number.")
        .examples(&[x("ip2long(\"203.0.113.9\")", "3405803785")]),
    Definition::new(Family::Address, "long2ip", "long2ip(number) → string", Form::Plain(from_long))
        .takes(&[p("number", Kinds::INT)])
        .gives(Kinds::STRING)
        .says("정수를 IPv4 주소 문자열로. 음수 형태도 받는다.", "A number as the text of an IPv4 address; the negative form too.")
        .examples(&[x("long2ip(3405803785)", "\"203.0.113.9\""), x("long2ip(-889163511)", "\"203.0.113.9\"")]),
    Definition::new(Family::Address, "network", "network(address, prefix) → ip", Form::Plain(network))
        .takes(&[p("address", ADDRESS), p("prefix", Kinds::INT)])
        .gives(Kinds::IP)
        .says("주소가 속한 네트워크의 첫 주소.", "The first address of the network of so many bits that holds the address.")
        .examples(&[
            x("network(\"198.51.100.77\", 26)", "{\"$ip\": \"198.51.100.64\"}"),
            x("network(\"2001:db8::1\", 32)", "{\"$ip\": \"2001:db8::\"}"),
        ]),
    Definition::new(Family::Address, "reverseip", "reverseip(address) → string", Form::Plain(reverse))
        .takes(&[p("address", ADDRESS)])
        .gives(Kinds::STRING)
        .says("IPv4 주소의 네 부분을 거꾸로.", "The four parts of an IPv4 address in reverse.")
        .examples(&[x("reverseip(\"10.0.0.1\")", "\"1.0.0.10\"")]),
];

fn address(value: &Value) -> Option<IpAddr> {
    match value {
        Value::Ip(address) => Some(*address),
        Value::String(text) => parse_address(text),
        _ => None,
    }
}

fn ipv4(value: &Value) -> Option<Ipv4Addr> {
    match address(value) {
        Some(IpAddr::V4(address)) => Some(address),
        _ => None,
    }
}

fn to_int(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(ipv4(call.get(0)).map(|address| i64::from(address.to_bits() as i32)).into())
}

fn to_long(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(ipv4(call.get(0)).map(|address| i64::from(address.to_bits())).into())
}

fn from_long(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(call.int(0).and_then(ipv4_of).map(|address| address.to_string()).into())
}

fn network(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(address), Some(prefix)) = (address(call.get(0)), call.int(1).and_then(|prefix| u32::try_from(prefix).ok())) else {
        return Ok(Value::Null);
    };
    // A shift by the whole width has no result, which is the mask of prefix 0.
    Ok(match address {
        IpAddr::V4(address) if prefix <= 32 => {
            Value::Ip(IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & u32::MAX.checked_shl(32 - prefix).unwrap_or(0))))
        }
        IpAddr::V6(address) if prefix <= 128 => {
            Value::Ip(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & u128::MAX.checked_shl(128 - prefix).unwrap_or(0))))
        }
        _ => Value::Null,
    })
}

fn reverse(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(ipv4(call.get(0))
        .map(|address| {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}")
        })
        .into())
}
