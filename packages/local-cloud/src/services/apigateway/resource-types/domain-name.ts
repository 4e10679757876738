import type { ApiGatewayResourceType } from '../index.ts';
import { badRequest, notFound, type Reader } from '../reader.ts';
import { conflict, define, readApiId, readTags, type ResourceContext } from './define.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html */
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
/** Of one part. More parts are mappings of the newer API, which is not there. */
const BASE_PATH = /^[A-Za-z0-9$_.+!*'()-]{1,300}$/;

/** In whose zone an alias of a domain's name points to `RegionalDomainName`: that of us-east-1. */
const HOSTED_ZONE = 'Z1UJRXOUMOOFQ8';

/**
 * A name under which APIs are reached by base paths. Its certificate, its policy of TLS and the certificates that clients have to
 * show are AWS's to use: there is no TLS here.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-domainname.html
 */
export function domainNameType({ store, region }: ResourceContext): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGateway::DomainName',
    replacing: ['DomainName'],
    save(reader, ref) {
      const name = reader.required('DomainName');
      if (!DOMAIN.test(name)) throw badRequest(`Invalid domain name specified: ${name}`);
      if ((reader.text('RegionalCertificateArn') ?? reader.text('CertificateArn')) === undefined) {
        throw badRequest('A domain name needs a RegionalCertificateArn or a CertificateArn.');
      }
      reader.accept('CertificateArn', 'EndpointConfiguration', 'EndpointAccessMode', 'SecurityPolicy');
      readTruststore(reader.inner('MutualTlsAuthentication'));
      readTags(reader);
      reader.done();
      if (ref === undefined && store.domains.get(name) !== undefined) {
        throw conflict('The domain name you provided already exists.');
      }
      store.domains.put(name, { name });
      const target = `d-${name.replaceAll('.', '-')}.execute-api.${region}.amazonaws.com`;
      const zone = { RegionalHostedZoneId: HOSTED_ZONE, DistributionHostedZoneId: HOSTED_ZONE };
      const arn = `arn:aws:apigateway:${region}::/domainnames/${name}`;
      return {
        ref: name,
        attributes: { ...zone, RegionalDomainName: target, DistributionDomainName: target, DomainNameArn: arn },
      };
    },
    remove(name) {
      store.domains.delete(name);
      store.basePaths.deleteAll(name);
    },
  });
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-domainname-mutualtlsauthentication.html */
function readTruststore(reader: Reader | undefined): void {
  if (reader === undefined) return;
  const uri = reader.required('TruststoreUri');
  if (!/^s3:\/\/[^/]+\/.+/.test(uri)) throw badRequest(`Invalid S3 URI in TruststoreUri: ${uri}, not s3://bucket/key`);
  reader.accept('TruststoreVersion');
  reader.done();
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-basepathmapping.html */
export function basePathMappingType(context: ResourceContext): ApiGatewayResourceType {
  const { store } = context;
  return define({
    type: 'AWS::ApiGateway::BasePathMapping',
    replacing: ['DomainName', 'BasePath'],
    save(reader, ref) {
      const domain = reader.required('DomainName');
      const basePath = reader.text('BasePath') ?? '';
      const apiId = readApiId(reader, context);
      const stage = reader.required('Stage');
      reader.done();
      if (store.domains.get(domain) === undefined)
        throw notFound(`Invalid domain name identifier specified: ${domain}`);
      if (basePath !== '' && !BASE_PATH.test(basePath)) throw badRequest(`Invalid base path specified: ${basePath}`);
      if (store.stages.get(stage, apiId) === undefined) throw badRequest('Invalid stage identifier specified');
      if (ref === undefined && store.basePaths.get(basePath, domain) !== undefined) {
        throw conflict('Base path already exists for this domain name');
      }
      store.basePaths.put(basePath, { basePath, apiId, stage }, domain);
      return { ref: `${domain}|${basePath}`, attributes: {} };
    },
    remove(ref) {
      const [domain = '', basePath = ''] = ref.split('|');
      store.basePaths.delete(basePath, domain);
    },
  });
}
