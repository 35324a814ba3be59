//! The window's picture in task bars: a card with its chip.

use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

/// Edge of the square picture, in pixels.
const SIZE: u32 = 64;

const CARD: Rgba8Pixel = Rgba8Pixel::new(0x00, 0x66, 0xcc, 0xff);
const CHIP: Rgba8Pixel = Rgba8Pixel::new(0xff, 0xd2, 0x4d, 0xff);
const LINE: Rgba8Pixel = Rgba8Pixel::new(0xff, 0xff, 0xff, 0xff);

/// Left, top, right and bottom edge, corner radius and colour of what is drawn, bottom first.
const SHAPES: [(f32, f32, f32, f32, f32, Rgba8Pixel); 4] = [
    (2.0, 12.0, 62.0, 52.0, 6.0, CARD),
    (10.0, 24.0, 24.0, 36.0, 3.0, CHIP),
    (31.0, 25.0, 54.0, 29.0, 2.0, LINE),
    (31.0, 33.0, 46.0, 37.0, 2.0, LINE),
];

/// Draws it; there is nothing to load and nothing to decode.
pub fn draw() -> Image {
    let mut pixels = SharedPixelBuffer::<Rgba8Pixel>::new(SIZE, SIZE);
    let places = (0..SIZE).flat_map(|y| (0..SIZE).map(move |x| (x as f32 + 0.5, y as f32 + 0.5)));
    for (pixel, place) in pixels.make_mut_slice().iter_mut().zip(places) {
        for (left, top, right, bottom, radius, colour) in SHAPES {
            if covers((left, top, right, bottom), radius, place) {
                *pixel = colour;
            }
        }
    }
    Image::from_rgba8(pixels)
}

fn covers(edges: (f32, f32, f32, f32), radius: f32, (x, y): (f32, f32)) -> bool {
    let (left, top, right, bottom) = edges;
    let beside = (left + radius - x).max(x - (right - radius)).max(0.0);
    let above = (top + radius - y).max(y - (bottom - radius)).max(0.0);
    beside.hypot(above) <= radius
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_is_blue_with_a_chip_and_its_corners_are_clear() {
        let pixels = draw().to_rgba8().unwrap();
        let at = |x: u32, y: u32| pixels.as_slice()[(y * SIZE + x) as usize];
        assert_eq!(at(32, 16), CARD);
        assert_eq!(at(16, 30), CHIP);
        for (x, y) in [(0, 0), (2, 12), (61, 51), (32, 58)] {
            assert_eq!(at(x, y).a, 0, "{x} {y}");
        }
    }
}
