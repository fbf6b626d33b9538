output "script" {
  description = "The start script: user data on AWS, startup-script on GCP. It may run at every boot."
  value       = local.script
  sensitive   = true
}
