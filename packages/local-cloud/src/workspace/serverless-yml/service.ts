import { PACKAGED } from './functions.ts';
import type { Section } from './section.ts';

const COMPUTERS = 'it concerns types that are not there';

/** The top of serverless.yml, and its CloudFormation resources. */
export const SERVICE: readonly Section[] = [
  {
    of: '',
    done: `service custom functions params plugins plugins.localPath plugins.modules useDotenv
      frameworkVersion configValidationMode deprecationNotificationMode disabledDeprecations package package.individually package.patterns layers
      layers.*.path layers.*.name`,
    noEffect: {
      'package.excludeDevDependencies package.path': PACKAGED,
      'layers.*.allowedAccounts layers.*.compatibleArchitectures layers.*.compatibleRuntimes layers.*.description':
        'it only describes',
      'layers.*.licenseInfo layers.*.retain': 'it only describes',
      projectDir: 'the framework ignores it',
      variablesResolutionMode: 'the framework ignores it',
    },
    refused: {
      'layers.*.package': 'A layer is taken from its folder. Say in "path" where it is',
      'package.artifact': 'Functions run from their sources. Say in "handler" where they are',
    },
  },
  {
    of: 'resources',
    done: `. Conditions Mappings Outputs Parameters Resources Resources.*.Type Resources.*.Properties
      Resources.*.DependsOn Resources.*.Condition Resources.*.DeletionPolicy Resources.*.UpdateReplacePolicy
      extensions extensions.*.Properties extensions.*.Condition extensions.*.DependsOn extensions.*.DeletionPolicy
      extensions.*.UpdateReplacePolicy`,
    noEffect: {
      'AWSTemplateFormatVersion Description Metadata Resources.*.Metadata extensions.*.Metadata': 'it only describes',
      'Resources.*.CreationPolicy Resources.*.UpdatePolicy extensions.*.CreationPolicy extensions.*.UpdatePolicy':
        COMPUTERS,
    },
    refused: {
      'Transform Resources.Fn::Transform': 'CloudFormation macros are not run. Write the resources out',
    },
  },
];
