//! Pictures of people: decoded and encoded anew, so that what is kept is an image
//! and nothing that hid in one (V29).

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits, imageops::FilterType};

use crate::error::WebError;

/// Bytes of an upload.
const LONGEST: usize = 5 * 1024 * 1024;
/// Pixels of a side, as it is kept.
const SIDE: u32 = 256;
/// Pixels of a side, as it comes: 40 megapixels at most.
const WIDEST: u32 = 8_000;

/// A square PNG of the middle of a picture.
pub(crate) fn square(bytes: &[u8]) -> Result<Vec<u8>, WebError> {
    let no = || WebError::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, NOT_ONE);
    if bytes.len() > LONGEST {
        return Err(no());
    }
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| no())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(WIDEST);
    limits.max_image_height = Some(WIDEST);
    limits.max_alloc = Some(200 * 1024 * 1024);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| no())?;
    let small = picture.resize_to_fill(SIDE, SIDE, FilterType::Lanczos3).to_rgba8();
    let mut out = Cursor::new(Vec::new());
    small.write_to(&mut out, ImageFormat::Png).map_err(|_| no())?;
    Ok(out.into_inner())
}

const NOT_ONE: &str = "Choose a PNG, JPEG, WebP or GIF of up to 5 MB.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_becomes_a_small_square_and_nothing_else_becomes_one() {
        let mut png = Cursor::new(Vec::new());
        image::RgbaImage::new(640, 400).write_to(&mut png, ImageFormat::Png).expect("writes");
        let mut bytes = png.into_inner();
        bytes.extend(b"<script>alert(1)</script>");
        let kept = square(&bytes).expect("is one");
        let again = image::load_from_memory(&kept).expect("is one");
        assert_eq!((again.width(), again.height()), (256, 256));
        assert!(!String::from_utf8_lossy(&kept).contains("script"));
        for bad in [&b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"[..], b"", &bytes[..20]] {
            assert!(square(bad).is_err());
        }
    }
}
