// The handler under OpenTelemetry's instrumentation, which wraps the one that ORIG_HANDLER names when it is required.
'use strict';

const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { AwsLambdaInstrumentation } = require('@opentelemetry/instrumentation-aws-lambda');
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();
const instrumentations = [new AwsLambdaInstrumentation({ lambdaHandler: process.env.ORIG_HANDLER })];
registerInstrumentations({ instrumentations, tracerProvider: provider });

exports.handler = require('./app').handler;
