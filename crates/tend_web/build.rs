//! Packs the document of the API, which is served as it was agreed. What makes it from the code
//! stands in tests alone, so that a megabyte of it is in no program.

use std::{env, error::Error, fs, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.json");
    println!("cargo::rerun-if-changed=build.rs");
    let to = Path::new(&env::var("OUT_DIR")?).join("openapi.json.gz");
    let mut packed = GzEncoder::new(fs::File::create(to)?, Compression::best());
    packed.write_all(&fs::read("openapi.json")?)?;
    packed.finish()?;
    Ok(())
}
