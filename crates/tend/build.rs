//! How the program is linked.

use std::{env, path::Path, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    // Two and a half megabytes of the program are notes on which of its addresses move with it;
    // packed they are a tenth. The C library reads them so since glibc 2.36, which is Debian 12.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        // What is looked up when the program starts is read-only from then on: .cargo/config.toml.
        println!("cargo::rustc-link-arg-bins=-Wl,-z,relro,-z,now");
        // Functions that came out as the same bytes are kept once; GNU's linker can't do that.
        if links_with_lld() && env::var("PROFILE").is_ok_and(|it| it == "release") {
            println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
        }
    }
}

/// Whether the compiler brings its own linker, as it does for this kind of machine by default.
fn links_with_lld() -> bool {
    let var = |name: &str| env::var(name).unwrap_or_default();
    let root = Command::new(var("RUSTC")).args(["--print", "sysroot"]).output();
    let root = root.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
    let lld = format!("lib/rustlib/{}/bin/gcc-ld/ld.lld", var("TARGET"));
    var("TARGET").starts_with("x86_64-") && root.is_ok_and(|it| Path::new(&it).join(lld).exists())
}
