/** Names this package to the platform's operators. A test holds the version to package.json's. */
export const USER_AGENT = 'node-red-sekoia/0.1.0';
