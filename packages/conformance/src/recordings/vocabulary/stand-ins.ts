/** Functions of our own for those of the cases, by the file that a case names. Only what each is known to answer counts. */
const ECHO = 'exports.handler = async (event) => event;';

export const STAND_INS: Readonly<Record<string, string>> = {
  'lambda_echo.py': ECHO,
  'id_function.py': ECHO,
  'echo_function.py': ECHO,
  'lambda_aws_proxy.py': 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });',
  'return_bytes_str.py': 'exports.handler = async () => "HelloWorld!";',
};
