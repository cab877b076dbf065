/** Settings of a Node-RED that is started often: what the flow does not need makes each start slower. */
export const LEAN_SETTINGS = {
  disableEditor: true,
  nodesExcludes: [
    '10-function.js',
    '80-template.js',
    '90-exec.js',
    '10-mqtt.js',
    '22-websocket.js',
    '31-tcpin.js',
    '32-udp.js',
    '70-CSV.js',
    '70-HTML.js',
    '70-XML.js',
    '70-YAML.js',
    '23-watch.js',
  ],
};
