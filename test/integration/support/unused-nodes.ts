/** Nodes of Node-RED that no test uses. Without them, Node-RED starts faster and its editor loads faster. */
export const UNUSED_NODES = [
  '10-mqtt.js',
  '16-range.js',
  '22-websocket.js',
  '23-watch.js',
  '31-tcpin.js',
  '32-udp.js',
  '70-CSV.js',
  '70-HTML.js',
  '70-XML.js',
  '70-YAML.js',
  'rbe.js',
];
