# Name servers in two AWS regions: terraform apply -var zone=live.example.com -var zones_dir=../../../zones …

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

provider "aws" {
  alias  = "first"
  region = var.regions[0]
}

provider "aws" {
  alias  = "second"
  region = var.regions[1]
}

locals {
  zone  = trimsuffix(var.zone, ".")
  files = fileset(var.zones_dir, "**")
}

# The zone files, where every instance fetches them.
resource "aws_s3_bucket" "zones" {
  provider      = aws.first
  bucket_prefix = "${var.name}-zones-"
}

resource "aws_s3_bucket_public_access_block" "zones" {
  provider                = aws.first
  bucket                  = aws_s3_bucket.zones.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "zones" {
  provider = aws.first
  bucket   = aws_s3_bucket.zones.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_object" "zone" {
  provider = aws.first
  for_each = local.files
  bucket   = aws_s3_bucket.zones.id
  key      = "zones/${each.key}"
  source   = "${var.zones_dir}/${each.key}"
  etag     = filemd5("${var.zones_dir}/${each.key}")
}

# An instance may read them, and nothing else.
data "aws_iam_policy_document" "assume" {
  provider = aws.first

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "read_zones" {
  provider = aws.first

  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.zones.arn]
  }

  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.zones.arn}/zones/*"]
  }
}

resource "aws_iam_role" "server" {
  provider           = aws.first
  name_prefix        = "${var.name}-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "read_zones" {
  provider = aws.first
  name     = "read-zones"
  role     = aws_iam_role.server.id
  policy   = data.aws_iam_policy_document.read_zones.json
}

resource "aws_iam_instance_profile" "server" {
  provider    = aws.first
  name_prefix = "${var.name}-"
  role        = aws_iam_role.server.name
}

module "node_first" {
  source         = "../modules/node"
  package_url    = var.package_url
  package_sha256 = var.package_sha256
  sync_packages  = ["awscli"]
  sync_command   = local.sync_command
  consul         = lookup(var.consul, var.regions[0], null)
  settings       = var.settings
}

module "node_second" {
  source         = "../modules/node"
  package_url    = var.package_url
  package_sha256 = var.package_sha256
  sync_packages  = ["awscli"]
  sync_command   = local.sync_command
  consul         = lookup(var.consul, var.regions[1], null)
  settings       = var.settings
}

module "first" {
  source           = "../modules/aws-region"
  providers        = { aws = aws.first }
  name             = var.name
  cidr             = var.cidrs[0]
  zone_count       = var.zone_count
  instance_type    = var.instance_type
  architecture     = var.architecture
  size             = var.size
  cpu_percent      = var.cpu_percent
  instance_profile = aws_iam_instance_profile.server.name
  script           = module.node_first.script
  consul_cidrs     = var.consul_cidrs
  monitoring_cidrs = var.monitoring_cidrs
}

module "second" {
  source           = "../modules/aws-region"
  providers        = { aws = aws.second }
  name             = var.name
  cidr             = var.cidrs[1]
  zone_count       = var.zone_count
  instance_type    = var.instance_type
  architecture     = var.architecture
  size             = var.size
  cpu_percent      = var.cpu_percent
  instance_profile = aws_iam_instance_profile.server.name
  script           = module.node_second.script
  consul_cidrs     = var.consul_cidrs
  monitoring_cidrs = var.monitoring_cidrs
}

locals {
  sync_command = "aws s3 sync --only-show-errors --delete --region ${var.regions[0]} s3://${aws_s3_bucket.zones.id}/zones/ \"$ZONES/\""
}
