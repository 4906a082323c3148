//! What is fetched as a file: badges, findings, bills of materials, a scan on paper.

use analysis::{BadgeOf, BillFormat, ExportFormat, FindingFilter, Scan, ScanPlan};
use axum::body::Body;
use axum::extract::{FromRequestParts as _, Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use base::{Error, Granted, Read};
use call::{Call, Env};
use door::{Caller, Failure};
use http::{HeaderValue, header};

use crate::asked::{Asked, one};
use crate::readable;

/// `GET plans/{uid}/{file}`: addresses that end in the form of what they answer.
pub(crate) async fn get(
    State(env): State<Env>,
    Path((uid, name)): Path<(String, String)>,
    asked: Asked,
    request: Request,
) -> Result<Response, Failure> {
    // Badges want no token, so who calls is asked for behind them.
    if name == "badge.svg" {
        return badge(&env, &uid, &asked).await;
    }
    let (mut parts, _) = request.into_parts();
    let Caller(call) = Caller::from_request_parts(&mut parts, &env).await?;
    if name == "report.pdf" {
        return report(&call, &uid, &asked).await;
    }
    if let Some(format) = name.strip_prefix("sbom.") {
        return bill(&call, &uid, &asked, format).await;
    }
    let format = name.strip_prefix("findings.").and_then(ExportFormat::of_ending);
    let format = format.ok_or_else(|| Error::not_found("file"))?;
    findings(&call, &uid, &asked, format).await
}

/// A picture of how a plan stands, where it shows one.
async fn badge(env: &Env, uid: &str, asked: &Asked) -> Result<Response, Failure> {
    let of = BadgeOf::of_word(one(asked, "of"))
        .ok_or_else(|| Error::invalid("of", "is nothing that a badge says"))?;
    let picture = analysis::badge(env, uid, one(asked, "token"), of).await?;
    let mut response = answer(picture.into_bytes(), "image/svg+xml", None);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, max-age=0"));
    let none = HeaderValue::from_static("default-src 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, none);
    Ok(response)
}

/// The findings that ask for work, of the plan's own branches or of another.
async fn findings(
    call: &Call,
    uid: &str,
    asked: &Asked,
    format: ExportFormat,
) -> Result<Response, Failure> {
    let plan = readable(call, uid).await?;
    let filter = FindingFilter { lane: one(asked, "branch").to_owned(), ..FindingFilter::active() };
    let bytes = analysis::export(call, &plan, &filter, format).await?;
    Ok(answer(bytes, format.media_type(), Some(&format!("findings.{}", format.ending()))))
}

/// A scan on paper.
async fn report(call: &Call, uid: &str, asked: &Asked) -> Result<Response, Failure> {
    let plan = readable(call, uid).await?;
    let scan = scan(call, &plan, asked).await?;
    let language = analysis::language(one(asked, "language"))?;
    let bytes = analysis::report(call, &plan, &scan, language).await?;
    let name = format!("report-{}.pdf", scan.number);
    Ok(answer(bytes, "application/pdf", Some(&name)))
}

/// What a scan found the code to depend on, as a bill of materials.
async fn bill(call: &Call, uid: &str, asked: &Asked, ending: &str) -> Result<Response, Failure> {
    let format = match ending {
        "cdx.json" => BillFormat::CycloneDx16,
        "spdx.json" => BillFormat::Spdx,
        _ => return Err(Error::not_found("file").into()),
    };
    let plan = readable(call, uid).await?;
    let scan = scan(call, &plan, asked).await?;
    let bill = analysis::bill(call, &plan, &scan, format, &call.addresses.http).await?;
    Ok(answer(bill.bytes, bill.media, Some(&format!("sbom-{}.{ending}", scan.number))))
}

/// The scan that is asked for; else the latest with a result.
async fn scan(call: &Call, plan: &Granted<ScanPlan, Read>, asked: &Asked) -> Result<Scan, Failure> {
    Ok(match (one(asked, "scan"), plan.latest_result) {
        ("", Some(id)) => analysis::scan_by_id(call, plan, id).await?,
        ("", None) => return Err(Error::conflict("the plan has no scan with a result").into()),
        (number, _) => {
            let number = number.parse().map_err(|_| Error::invalid("scan", "must be a number"))?;
            analysis::scan(call, plan, number).await?
        }
    })
}

fn answer(bytes: Vec<u8>, kind: &'static str, file: Option<&str>) -> Response {
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let named = file.map(|name| format!("attachment; filename=\"{name}\""));
    if let Some(named) = named.and_then(|named| HeaderValue::from_str(&named).ok()) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    response
}
