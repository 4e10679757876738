import { type ApiGatewayResourceType, badRequest, type Collection, define, newId } from '../../apigateway/index.ts';
import { type Cors, readCors } from '../../apigateway-http/index.ts';
import { functionUrl } from './address.ts';

export interface FunctionUrl {
  readonly id: string;
  /** With its alias, if it is one's. */
  readonly functionArn: string;
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly cors: Cors | undefined;
  readonly streams: boolean;
  /** In ISO 8601. */
  readonly createdAt: string;
  readonly modifiedAt: string;
}

interface Identity {
  readonly region: string;
  readonly accountId: string;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html */
export function functionUrlType(
  urls: Collection<FunctionUrl>,
  { region, accountId }: Identity,
): ApiGatewayResourceType {
  return define({
    type: 'AWS::Lambda::Url',
    replacing: ['TargetFunctionArn', 'Qualifier'],
    save(reader, ref) {
      const target = reader.required('TargetFunctionArn');
      const arn = target.startsWith('arn:') ? target : `arn:aws:lambda:${region}:${accountId}:function:${target}`;
      const qualifier = reader.text('Qualifier');
      const functionArn = qualifier === undefined ? arn : `${arn}:${qualifier}`;
      const authType = reader.required('AuthType');
      if (authType !== 'NONE' && authType !== 'AWS_IAM')
        throw badRequest(`AuthType is NONE or AWS_IAM, not ${authType}.`);
      const mode = reader.text('InvokeMode') ?? 'BUFFERED';
      if (mode !== 'BUFFERED' && mode !== 'RESPONSE_STREAM') {
        throw badRequest(`InvokeMode is BUFFERED or RESPONSE_STREAM, not ${mode}.`);
      }
      const cors = readCors(reader.inner('Cors'));
      reader.done();
      const known = urls.list().find((url) => url.functionArn === functionArn);
      if (ref === undefined && known !== undefined) throw badRequest(`${functionArn} has a URL already.`);
      const id = known?.id ?? newId(32);
      const modifiedAt = new Date().toISOString();
      const times = { createdAt: known?.createdAt ?? modifiedAt, modifiedAt };
      urls.put(id, { id, functionArn, authType, cors, streams: mode === 'RESPONSE_STREAM', ...times });
      return { ref: functionArn, attributes: { FunctionArn: functionArn, FunctionUrl: functionUrl(id, region) } };
    },
    remove(functionArn) {
      for (const url of urls.list()) if (url.functionArn === functionArn) urls.delete(url.id);
    },
  });
}
