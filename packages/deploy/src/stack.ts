import {
  CloudFormationClient,
  DeleteStackCommand,
  GetTemplateCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type StackResourceSummary,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'yaml';

export interface FullBucket {
  readonly name: string;
  /** Whether it keeps earlier versions, which have to be deleted too. */
  readonly versioned: boolean;
}

export interface Stacks {
  /** The stack's buckets that CloudFormation would fail to delete, without the one of the Serverless CLI. */
  fullBuckets(stack: string): Promise<FullBucket[]>;
  /**
   * Deletes the stack, as `serverless remove` does: the Serverless CLI's bucket is emptied before.
   * @returns undefined when the stack is gone, else what failed: `DELETE_FAILED: Files (AWS::S3::Bucket)\n<reason>`
   */
  delete(stack: string, signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** The Serverless CLI's bucket for archives in each stack. */
const ARCHIVES = 'ServerlessDeploymentBucket';
/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
const RETAINED = /^Retain(?:ExceptOnCreate)?$/;
const DELETE_WITHIN_S = 3600;
/** Seconds between two requests for a stack's state; like the Serverless CLI's, see serverless.ts. */
const ASK_S = { aws: 2, endpoint: 0.1 };

export function openStacks(region: string, env = process.env): Stacks {
  const cloudFormation = new CloudFormationClient({ region });
  const s3 = new S3Client({ region });
  const ask = ASK_S[env['AWS_ENDPOINT_URL'] ? 'endpoint' : 'aws'];

  async function buckets(stack: string): Promise<StackResourceSummary[]> {
    const found: StackResourceSummary[] = [];
    for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName: stack })) {
      found.push(...(page.StackResourceSummaries ?? []));
    }
    return found.filter(
      ({ ResourceType, ResourceStatus, PhysicalResourceId }) =>
        ResourceType === 'AWS::S3::Bucket' && ResourceStatus !== 'DELETE_COMPLETE' && Boolean(PhysicalResourceId),
    );
  }

  /** At most a thousand versions and delete markers; undefined if the bucket is gone. */
  async function versions(bucket: string): Promise<{ Key: string; VersionId: string }[] | undefined> {
    try {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key = '', VersionId = '' }) => ({
        Key,
        VersionId,
      }));
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchBucket') return undefined;
      throw error;
    }
  }

  async function empty(bucket: string): Promise<void> {
    for (let found = await versions(bucket); found !== undefined && found.length > 0; found = await versions(bucket)) {
      const { Errors: [failed] = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: found, Quiet: true } }),
      );
      if (failed !== undefined) throw new Error(`${failed.Key} of ${bucket} was not deleted: ${failed.Message}`);
    }
  }

  /** What the stack's last deletion failed at. */
  async function failureOf(stack: string): Promise<string | undefined> {
    let failure: string | undefined;
    for await (const page of paginateDescribeStackEvents({ client: cloudFormation }, { StackName: stack })) {
      for (const event of page.StackEvents ?? []) {
        const whole = event.PhysicalResourceId === event.StackId;
        if (whole && event.ResourceStatus === 'DELETE_IN_PROGRESS') return failure;
        if (whole || event.ResourceStatus !== 'DELETE_FAILED') continue;
        failure = `DELETE_FAILED: ${event.LogicalResourceId} (${event.ResourceType})\n${event.ResourceStatusReason}`;
      }
    }
    return failure;
  }

  return {
    async fullBuckets(stack) {
      const { TemplateBody = '{}' } = await cloudFormation.send(
        new GetTemplateCommand({ StackName: stack, TemplateStage: 'Processed' }),
      );
      const { Resources } = parse(TemplateBody, { logLevel: 'silent' }) as {
        Resources?: Record<string, { DeletionPolicy?: string }>;
      };
      const full: FullBucket[] = [];
      for (const { LogicalResourceId: id = '', PhysicalResourceId: name = '' } of await buckets(stack)) {
        if (id === ARCHIVES || RETAINED.test(Resources?.[id]?.DeletionPolicy ?? '')) continue;
        const found = await versions(name);
        if (found === undefined || found.length === 0) continue;
        full.push({ name, versioned: found.some(({ VersionId }) => VersionId !== 'null') });
      }
      return full;
    },
    async delete(stack, signal) {
      const archives = (await buckets(stack)).find(({ LogicalResourceId }) => LogicalResourceId === ARCHIVES);
      if (archives?.PhysicalResourceId !== undefined) await empty(archives.PhysicalResourceId);
      await cloudFormation.send(new DeleteStackCommand({ StackName: stack }));
      try {
        await waitUntilStackDeleteComplete(
          {
            ...{ client: cloudFormation, maxWaitTime: DELETE_WITHIN_S, minDelay: ask, maxDelay: ask },
            abortSignal: signal,
          },
          { StackName: stack },
        );
        return undefined;
      } catch (error) {
        if (signal.aborted) throw error;
        return (await failureOf(stack)) ?? (error as Error).message;
      }
    },
    close() {
      cloudFormation.destroy();
      s3.destroy();
    },
  };
}

/** The command that empties a bucket. One that keeps versions takes a thousand of them at a time: it is repeated. */
export function emptying({ name, versioned }: FullBucket): string {
  if (!versioned) return `aws s3 rm s3://${name} --recursive`;
  return (
    `aws s3api delete-objects --bucket ${name} --delete "$(aws s3api list-object-versions --bucket ${name} ` +
    `--max-items 1000 --query '{Objects: [Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}}')"`
  );
}
