/** Identifies this package to the platform's operators. A test compares the version with package.json. */
export const USER_AGENT = 'node-red-sekoia/0.1.0';
