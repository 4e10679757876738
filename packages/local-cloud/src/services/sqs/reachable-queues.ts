/** Makes the URLs that queues have on AWS lead to an endpoint here: `http://127.0.0.1:4566`. */
export function reachableQueues(endpoint: string, region: string): (text: string) => string {
  return (text) => text.replaceAll(`https://sqs.${region}.amazonaws.com/`, `${endpoint}/`);
}
