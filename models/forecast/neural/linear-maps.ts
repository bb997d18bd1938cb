/** Row-major matrix (input x ceil(input / pool)) that averages groups of `pool` neighbours; the last group ends with the newest value. */
export function poolingMatrix(input: number, pool: number): Float32Array {
  const groups = Math.ceil(input / pool);
  const matrix = new Float32Array(input * groups);
  const offset = groups * pool - input;
  for (let i = 0; i < input; i += 1) {
    const group = Math.floor((i + offset) / pool);
    const size = group === 0 ? pool - offset : pool;
    matrix[i * groups + group] = 1 / size;
  }
  return matrix;
}

/** Row-major matrix (knots x length) of linear interpolation: knot 0 stands at the middle of its share, ends are held. */
export function interpolationMatrix(knots: number, length: number): Float32Array {
  const matrix = new Float32Array(knots * length);
  for (let i = 0; i < length; i += 1) {
    const at = Math.min(knots - 1, Math.max(0, ((i + 0.5) * knots) / length - 0.5));
    const left = Math.min(knots - 1, Math.floor(at));
    const right = Math.min(knots - 1, left + 1);
    matrix[left * length + i] = (matrix[left * length + i] ?? 0) + 1 - (at - left);
    matrix[right * length + i] = (matrix[right * length + i] ?? 0) + (at - left);
  }
  return matrix;
}
