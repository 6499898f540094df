<#
.SYNOPSIS
Grants Décroche's application its Microsoft Graph permissions (admin consent), and nothing else.

.DESCRIPTION
Run it in PowerShell 7 as somebody who may consent for the whole organisation (Privileged Role Administrator). It needs the
modules Microsoft.Graph.Authentication and Microsoft.Graph.Applications. It can be run again: what is granted already is left.

The application must exist (App registrations, single tenant). docs/graph.md says what each permission is for.

.PARAMETER AppId
The Application (client) ID: DECROCHE_GRAPH_CLIENT_ID, or DECROCHE_APP_ID where one application does both.

.PARAMETER TenantId
The tenant: DECROCHE_TENANT_ID.

.PARAMETER Fixes
Also grants what fixes with two keys write with. Leave it out while DECROCHE_FIXES is off.

.PARAMETER Remove
Takes away what is granted of these permissions, instead.

.EXAMPLE
./consent.ps1 -AppId 00000000-0000-0000-0000-000000000000 -TenantId contoso.onmicrosoft.com -WhatIf
#>
#Requires -Version 7.0
#Requires -Modules Microsoft.Graph.Authentication, Microsoft.Graph.Applications
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [guid] $AppId,
    [Parameter(Mandatory)] [string] $TenantId,
    [switch] $Fixes,
    [switch] $Remove
)
$ErrorActionPreference = 'Stop'

$Read = @(
    'User.Read.All'
    'LicenseAssignment.Read.All'
    'AuditLog.Read.All'
    'Policy.Read.ConditionalAccess'
    'TeamsUserConfiguration.Read.All'
    'TeamsTelephoneNumber.Read.All'
    'ServiceHealth.Read.All'
    'GroupMember.Read.All'
)
$Write = @(
    'LicenseAssignment.ReadWrite.All'
    'GroupMember.ReadWrite.All'
    'User.EnableDisableAccount.All'
)
$GraphAppId = '00000003-0000-0000-c000-000000000000'

Connect-MgGraph -TenantId $TenantId -NoWelcome -Scopes 'Application.Read.All', 'AppRoleAssignment.ReadWrite.All'

$graph = Get-MgServicePrincipal -Filter "appId eq '$GraphAppId'"
$ours = Get-MgServicePrincipal -Filter "appId eq '$AppId'"
if (-not $ours) {
    throw "tenant $TenantId has no application $AppId; register it first, under App registrations"
}
$held = Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $ours.Id -All |
    Where-Object ResourceId -eq $graph.Id

foreach ($name in $Read + $(if ($Fixes -or $Remove) { $Write })) {
    $role = $graph.AppRoles | Where-Object { $_.Value -eq $name -and $_.AllowedMemberTypes -contains 'Application' }
    if (-not $role) {
        Write-Warning "this cloud's Microsoft Graph has no application permission $name"
        continue
    }
    $assigned = $held | Where-Object AppRoleId -eq $role.Id
    if ($Remove) {
        if ($assigned -and $PSCmdlet.ShouldProcess($name, 'remove')) {
            Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $ours.Id -AppRoleAssignmentId $assigned.Id
            "removed  $name"
        }
    }
    elseif ($assigned) {
        "held     $name"
    }
    elseif ($PSCmdlet.ShouldProcess($name, 'grant')) {
        $grant = @{ ServicePrincipalId = $ours.Id; PrincipalId = $ours.Id; ResourceId = $graph.Id; AppRoleId = $role.Id }
        New-MgServicePrincipalAppRoleAssignment @grant | Out-Null
        "granted  $name"
    }
}
