export const API_KEY = 'key-of-the-benchmark';
