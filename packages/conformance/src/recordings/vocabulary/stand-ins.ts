/** A function of our own for one of the cases. */
export interface StandIn {
  readonly runtime: 'nodejs24.x' | 'python3.13';
  readonly source: string;
}

const js = (body: string): StandIn => ({
  runtime: 'nodejs24.x',
  source: `exports.handler = async (event) => {\n  ${body}\n};\n`,
});

/** In Python where the answer is that of its runtime: an exception, the text of a dict. */
const python = (...lines: readonly string[]): StandIn => ({ runtime: 'python3.13', source: `${lines.join('\n')}\n` });

const ECHO = js('return event;');

/** By the file that a case names, with its folder where two are named alike. Only what each is known to answer counts. */
export const STAND_INS: Readonly<Record<string, StandIn>> = {
  'lambda_echo.py': js('console.log(JSON.stringify(event));\n  return event;'),
  'id_function.py': ECHO,
  'echo_function.py': ECHO,
  'base/echo_function.py': js("return { Return: 'HelloWorld' };"),
  'xray_tracing_traceid.py': js(`const answer = { trace_id_inside_handler: process.env._X_AMZN_TRACE_ID ?? 'None' };
  console.log(JSON.stringify(answer));
  return answer;`),
  // Of what it does, what cases of topics rely on: it fails on demand.
  'lambda_integration.py': js(`for (const { Sns } of event.Records)
    if (Sns.Message.includes('raise_error')) throw new Error('Test exception (this is intentional)');`),
  'lambda_aws_proxy.py': js('return { statusCode: 200, body: JSON.stringify(event) };'),
  'lambda_aws_proxy_format.py': js(`console.log(JSON.stringify(event));
  const answers = {
    '/no-body': { statusCode: 200 },
    '/only-headers': { statusCode: 200, headers: { 'test-header': 'value' } },
    '/wrong-format': { statusCode: 200, wrongValue: 'value' },
    '/empty-response': {},
  };
  return answers[event.path] ?? { statusCode: 200, body: JSON.stringify(event), isBase64Encoded: false };`),
  'lambda_mapping_responses.py': js(`const { httpStatus } = event.body;
  return { statusCode: 200, body: Number(httpStatus) < 400 ? 'noerror' : 'customerror' };`),
  'lambda_select_pattern.py': js(`const { statusCode } = event;
  if (statusCode === '200') return 'Pass';
  const name = { 400: 'four', 500: 'five' }[statusCode];
  if (name === undefined) return 'Error Value in the json request should either be 400 or 500 to demonstrate';
  const error = new Error('Error: Raising ' + name + ' hundred from within the Lambda function');
  throw Object.assign(error, { name: 'Exception' });`),
  'return_bytes_str.py': js("return 'HelloWorld!';"),
  'large_output_string.py': js("return 'x'.repeat(257 * 1024);"),
  'wait_60_seconds.py': js('await new Promise((resolve) => setTimeout(resolve, 60_000));\n  return event;'),
  'return_decorated_input.py': python('def handler(event, context):', "    return 'input-event-' + str(event)"),
  'raise_exception.py': python('def handler(event, context):', "    raise Exception('Some exception was raised.')"),
  'raise_custom_exception.py': python(
    'class CustomException(Exception):',
    '    pass',
    '',
    'def handler(event, context):',
    '    raise CustomException()',
  ),
};

/** Those whose text a case gives itself, by what is known of it. */
export const OF_TEXTS: readonly (readonly [text: RegExp, standIn: StandIn])[] = [
  [
    /message = \{"event": event\}\s+sqs_client\.send_message\(/,
    js(`const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
  const input = { QueueUrl: process.env.SQS_QUEUE_URL, MessageBody: JSON.stringify({ event }), MessageGroupId: '1' };
  await new SQSClient({}).send(new SendMessageCommand(input));
  return { statusCode: 200 };`),
  ],
  [
    /return json\.loads\(body\)\s*$/,
    js("return JSON.parse(event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body);"),
  ],
];
