# Installs xlfuncs for one user of Windows: the command xlfuncs, and the functions in Excel and,
# where it is there, LibreOffice Calc. No rights of an administrator are needed.
# In a command window:  powershell -ExecutionPolicy Bypass -File install\install.ps1
param(
    # Not in OneDrive: files there come and go while Excel needs them.
    [string] $Folder = (Join-Path $env:LOCALAPPDATA 'xlfuncs')
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$source = Split-Path -Parent $PSScriptRoot

function Invoke-Checked {
    param([string] $Program, [string[]] $Words)
    & $Program @Words
    if ($LASTEXITCODE -ne 0) { throw "$Program ended with $LASTEXITCODE" }
}

# The launcher py comes with the Python of python.org; the Python of the Microsoft Store cannot be
# started by Excel, and is passed over.
if (-not (Get-Command py -ErrorAction SilentlyContinue)) {
    throw 'The Python launcher py was not found: install Python 3.11 or newer from python.org'
}
function Find-Python {
    # Windows PowerShell takes a line on a program's standard error for an error of its own.
    $ErrorActionPreference = 'Continue'
    foreach ($version in '3.13', '3.12', '3.11') {
        $found = & py "-$version" -c 'import sys; print(sys.executable)' 2>$null
        if ($LASTEXITCODE -eq 0 -and $found -and $found -notlike '*WindowsApps*') { return $found }
    }
    throw 'Python 3.11 or newer was not found: install it from python.org'
}
$python = Find-Python

Write-Host "Installing into $Folder with $python"
Invoke-Checked $python @('-m', 'venv', $Folder)
$scripts = Join-Path $Folder 'Scripts'
$constraints = Join-Path $PSScriptRoot 'constraints.txt'
Invoke-Checked (Join-Path $scripts 'python.exe') @(
    '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check',
    '--constraint', $constraints, "${source}[excel]"
)

$xlfuncs = Join-Path $scripts 'xlfuncs.exe'
& $xlfuncs install excel
if ($LASTEXITCODE -ne 0) { Write-Warning 'Excel does not have the functions yet; see above.' }
if (Test-Path (Join-Path $env:ProgramFiles 'LibreOffice')) {
    & $xlfuncs install calc
    if ($LASTEXITCODE -ne 0) { Write-Warning 'Calc does not have the functions yet; see above.' }
}
Write-Host ''
& $xlfuncs doctor
Write-Host ''
Write-Host "The command: $xlfuncs"
