// A picture by its data URL, with at most 256 colours: first those that are far from each other, so that a small
// mark keeps its hue. Back come its width and height, its palette, and the index of each pixel, as Base64; nothing
// if the picture that was there before looks the same, though an edge of a letter may differ.
async ([url, before]) => {
  const read = async (from) => {
    const image = new Image();
    image.src = from;
    await image.decode();
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    return { width, height, data: context.getImageData(0, 0, width, height).data };
  };
  const image = await read(url);
  const { data } = image;
  if (before) {
    const old = await read(before);
    const differs = (value, index) => Math.abs(value - old.data[index]) > 32;
    if (old.width === image.width && old.height === image.height && data.filter(differs).length <= 24) return null;
  }
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
