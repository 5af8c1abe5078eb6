// Milliseconds since 1970 with a fraction: comparable between processes of one machine.
export const nowMs = () => performance.timeOrigin + performance.now();

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
