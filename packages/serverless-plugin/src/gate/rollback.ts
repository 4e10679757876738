import { GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import type { Template } from '../template/template.ts';

/** The part of the framework's provider that finds an earlier deployment. */
export interface Deployments {
  getStage(): string;
  getDeploymentPrefix(): string;
  getServerlessDeploymentBucketName(): Promise<string>;
  getAwsSdkV3Config(): Promise<SSMClientConfig>;
}

/**
 * The digest of an earlier deployment, as its template published it.
 * @param timestamp as `serverless deploy list` prints it
 * @returns undefined if there is no such deployment: the framework says so
 */
export async function digestOf(aws: Deployments, service: string, timestamp: number): Promise<string | undefined> {
  const folder = `${aws.getDeploymentPrefix()}/${service}/${aws.getStage()}/${timestamp}-${new Date(timestamp).toISOString()}`;
  const s3 = new S3Client((await aws.getAwsSdkV3Config()) as unknown as S3ClientConfig);
  try {
    const Bucket = await aws.getServerlessDeploymentBucketName();
    const Key = `${folder}/compiled-cloudformation-template.json`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const template = JSON.parse((await Body?.transformToString()) ?? '{"Resources":{}}') as Template;
    return template.Resources['ArtefactsParameter']?.Properties['Value'] as string | undefined;
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    throw error;
  } finally {
    s3.destroy();
  }
}
