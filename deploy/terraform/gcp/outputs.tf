locals {
  name_servers = { for region, made in module.region : "ns-gcp-${region}.${local.zone}" => made.addresses }
}

output "name_servers" {
  description = "Names of the name servers, and their addresses."
  value       = local.name_servers
}

output "delegation" {
  description = "Lines for the parent zone: the delegation and its glue. The same NS and A records belong into the zone itself."
  value = join("\n", concat(
    [for name in keys(local.name_servers) : "${local.zone}. 86400 IN NS ${name}."],
    flatten([for name, addresses in local.name_servers : [for address in addresses : "${name}. 86400 IN A ${address}"]]),
  ))
}
