// A picture by its data URL, with at most 256 colours: first those that are far from each other, so that a small
// mark keeps its hue. Back come its width and height, its palette, and the index of each pixel, as Base64.
async (url) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const pixels = new Uint32Array(data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const colours = [...counts].sort((one, other) => other[1] - one[1] || one[0] - other[0]).map(([colour]) => colour);
  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  const palette = [];
  const indices = new Map();
  const nearest = ([r, g, b]) => {
    let found = [0, Infinity];
    palette.forEach(([pr, pg, pb], index) => {
      const distance = (r - pr) ** 2 + (g - pg) ** 2 + (b - pb) ** 2;
      if (distance < found[1]) found = [index, distance];
    });
    return found;
  };
  for (let apart = 64; palette.length < 256 && palette.length < colours.length; apart = Math.floor(apart / 2)) {
    for (const colour of colours) {
      if (palette.length === 256) break;
      if (!indices.has(colour) && nearest(parts(colour))[1] > apart ** 2) {
        indices.set(colour, palette.length);
        palette.push(parts(colour));
      }
    }
  }
  for (const colour of colours) if (!indices.has(colour)) indices.set(colour, nearest(parts(colour))[0]);
  const bytes = Uint8Array.from(pixels, (pixel) => indices.get(pixel));
  let text = '';
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return [image.width, image.height, palette.flat(), btoa(text)];
};
